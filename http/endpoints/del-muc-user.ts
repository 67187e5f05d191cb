import { z } from "zod";
import { endpoint } from "../endpoint.js";
import { oneOrMany } from "../fields.js";
import { scopeOf, roomCall, roomCallOf } from "../room-call.js";

const members = roomCall.extend({
  muc_member: oneOrMany(z.string()).describe("who is a member no more: id or id@host"),
});

export default endpoint({
  name: "del_muc_user",
  method: "POST",
  summary: "Take users out of a room",
  request: members,
  list: { field: "muc_member", limit: "members" },
  success: { errmsg: "success", data: "" },
  scope: scopeOf,
  run: (operations, call) => operations.delMucUser({ ...roomCallOf(call), members: call.muc_member }),
});
