import { delMucUser } from "../../component/operations/members.js";
import { endpoint } from "../endpoint.js";
import { field, userIds } from "./common/fields.js";
import { actorFields, roomCall, roomCallOf, roomExample } from "./common/room-call.js";

export default endpoint({
  ...roomCall("del_muc_user"),
  summary: { en: "Remove members from a room", zh: "删除群成员" },
  fields: {
    ...actorFields,
    muc_member: field(userIds, "the members to remove: id or id@host", "移出的成员：id 或 id@域名"),
  },
  example: { ...roomExample, muc_member: ["test1"] },
  run: (context, call) => delMucUser(context, { ...roomCallOf(call), members: call.muc_member }),
});
