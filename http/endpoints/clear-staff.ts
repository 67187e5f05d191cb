import { clearStaff } from "../../component/operations/users.js";
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
  scope: ({ users, host }) => ({ senders: users.map((id) => ({ id, host })), rooms: [] }),
  run: clearStaff,
});
