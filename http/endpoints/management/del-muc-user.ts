import { z } from "zod";
import { endpoint } from "../../endpoint.js";
import { managedName, managedRoom, managedScope, noSuchMuc } from "../../management.js";

const member = managedRoom.extend({
  user: z.string().describe("who is a member no more: id or id@host"),
  host: z.string().nullish().describe("their host"),
});

export default endpoint({
  name: "management/del_muc_user",
  group: "management",
  method: "POST",
  summary: "Take a user out of a room; nobody is asked",
  request: member,
  success: { errcode: "0", errmsg: "Muc set ok" },
  notFound: noSuchMuc,
  scope: managedScope,
  run: (operations, call) =>
    operations.removeMember({ room: managedName(call), user: call.user, host: call.host ?? undefined }),
});
