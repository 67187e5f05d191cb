import { z } from "zod";
import { handOverOwnership } from "../../../component/muc/user-removal.js";
import { inRoom } from "../../../component/operations/room-call.js";
import { Refusal } from "../../../component/refusal.js";
import { endpoint } from "../../endpoint.js";
import { field, maybeText } from "../common/fields.js";
import { managed, managedExample, managedFields, managedName } from "../common/managed-room.js";

export default endpoint({
  ...managed("del_muc_user"),
  summary: {
    en: "Remove a user from a room. If the user is the only owner, another member becomes the owner first",
    zh: "移出群成员。如果该成员是唯一的群主，先由另一成员接任群主",
  },
  fields: {
    ...managedFields,
    user: field(z.string(), "the user to remove: id or id@host", "移出的成员：id 或 id@域名"),
    host: field(maybeText, "the user's host", "该成员的域名"),
  },
  example: { ...managedExample, user: "test1", host: "qtalk.test.org" },
  success: { errcode: "0", errmsg: "Muc set ok" },
  async run(context, call) {
    const account = context.addresses.account(call.user, "user", call.host);
    if (account instanceof Refusal) return account;
    return await inRoom(context, managedName(call), (scope) => {
      handOverOwnership(scope, [account]);
      return undefined;
    });
  },
});
