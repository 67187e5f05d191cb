import { z } from "zod";
import { endpoint } from "../endpoint.js";
import { oneOrMany } from "../fields.js";

const staff = z.object({
  users: oneOrMany(z.string()).describe("who left: id or id@host"),
  host: z.string().nullish().describe("their host"),
});

export default endpoint({
  name: "clear_staff",
  method: "POST",
  summary: "Take people who left out of every room",
  request: staff,
  list: { field: "users", limit: "members" },
  success: { errmsg: "", data: "" },
  scope: ({ users, host }) => ({ senders: users.map((id) => ({ id, host: host ?? undefined })), rooms: [] }),
  run: (operations, { users, host }) => operations.clearStaff({ users, host: host ?? undefined }),
});
