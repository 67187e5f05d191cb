import { parseAccounts } from "../../component/operations/room-call.js";
import { Refusal } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { field, maybeText, userIds } from "./common/fields.js";

export default endpoint({
  name: "clear_staff",
  paths: [{ path: "/qtalk/clear_staff" }],
  method: "POST",
  summary: {
    en: "Remove former employees from all rooms and revoke their keys",
    zh: "将离职人员移出所有群，并吊销其密钥",
  },
  fields: {
    users: field(userIds, "the users who left: id or id@host", "离职人员：id 或 id@域名"),
    host: field(maybeText, "their host", "离职人员的域名"),
  },
  example: { users: ["test", "test1"], host: "qtalk.test.org" },
  success: { errmsg: "", data: "" },
  scope: ({ users, host }) => ({
    senders: users.map((id, index) => ({ field: `users[${index}]`, id, host })),
    rooms: [],
  }),
  // If the host of one of the users isn't served, which is probably a typo, no user is removed. The removal continues if it
  // takes longer than the call waits.
  async run(context, { users, host }) {
    const leaving = await parseAccounts(context, users, "users", (text, place) =>
      context.addresses.servedAccount(text, place, host),
    );
    if (leaving instanceof Refusal) return leaving;
    return await context.userRemoval.remove(leaving, () => {
      for (const account of leaving) context.keys.revoke(account);
    });
  },
});
