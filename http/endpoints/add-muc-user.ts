import { addMucUser } from "../../component/operations/members.js";
import { endpoint } from "../endpoint.js";
import { field, userIds } from "./common/fields.js";
import { actorFields, roomCall, roomCallOf, roomExample } from "./common/room-call.js";

export default endpoint({
  ...roomCall("add_muc_user"),
  summary: { en: "Add members to a room and invite them", zh: "添加群成员并邀请他们" },
  fields: {
    ...actorFields,
    muc_member: field(userIds, "the new members: id or id@host", "群成员：id 或 id@域名"),
  },
  example: { ...roomExample, muc_member: ["test1", "test2"] },
  run: (context, call) => addMucUser(context, { ...roomCallOf(call), members: call.muc_member }),
});
