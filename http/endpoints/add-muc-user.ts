import { z } from "zod";
import { endpoint } from "../endpoint.js";
import { oneOrMany } from "../fields.js";
import { scopeOf, roomCall, roomCallOf } from "../room-call.js";

const members = roomCall.extend({
  muc_member: oneOrMany(z.string()).describe("who becomes a member: id or id@host"),
});

export default endpoint({
  name: "add_muc_user",
  method: "POST",
  summary: "Make users members of a room and invite them",
  request: members,
  list: { field: "muc_member", limit: "members" },
  success: { errmsg: "success", data: "" },
  scope: scopeOf,
  run: (operations, call) => operations.addMucUser({ ...roomCallOf(call), members: call.muc_member }),
});
