import { z } from "zod";
import { delMucUser } from "../../component/operations/members.js";
import { endpoint } from "../endpoint.js";
import { oneOrMany } from "./common/fields.js";
import { actorFields, roomCallOf, roomExample, scopeOf } from "./common/room-call.js";

export default endpoint({
  name: "del_muc_user",
  paths: [{ path: "/qtalk/del_muc_user" }, { path: "/del_muc_user", group: "gateway" }],
  method: "POST",
  summary: { en: "Remove members from a room", zh: "删除群成员" },
  fields: {
    ...actorFields,
    muc_member: {
      type: oneOrMany(z.string(), "members"),
      en: "the members to remove: id or id@host",
      zh: "移出的成员：id 或 id@域名",
    },
  },
  example: { ...roomExample, muc_member: ["test1"] },
  success: { errmsg: "success", data: "" },
  scope: scopeOf,
  run: (context, call) => delMucUser(context, { ...roomCallOf(call), members: call.muc_member }),
});
