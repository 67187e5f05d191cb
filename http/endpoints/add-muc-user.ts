import { z } from "zod";
import { addMucUser } from "../../component/operations/members.js";
import { endpoint } from "../endpoint.js";
import { oneOrMany } from "./common/fields.js";
import { actorFields, roomCallOf, roomExample, scopeOf } from "./common/room-call.js";

export default endpoint({
  name: "add_muc_user",
  paths: [{ path: "/qtalk/add_muc_user" }, { path: "/add_muc_user", group: "gateway" }],
  method: "POST",
  summary: { en: "Add members to a room and invite them", zh: "添加群成员并邀请他们" },
  fields: {
    ...actorFields,
    muc_member: {
      type: oneOrMany(z.string(), "members"),
      en: "the new members: id or id@host",
      zh: "群成员：id 或 id@域名",
    },
  },
  example: { ...roomExample, muc_member: ["test1", "test2"] },
  success: { errmsg: "success", data: "" },
  scope: scopeOf,
  run: (context, call) => addMucUser(context, { ...roomCallOf(call), members: call.muc_member }),
});
