import { endpoint } from "../endpoint.js";
import { scopeOf, roomCall, roomCallOf } from "../room-call.js";

const room = roomCall.extend({
  muc_owner: roomCall.shape.muc_owner.describe("its owner, who acts: id or id@host"),
});

export default endpoint({
  name: "destroy_muc",
  method: "POST",
  summary: "End a room",
  request: room,
  success: { errmsg: "success", data: "" },
  scope: scopeOf,
  run: (operations, call) => operations.destroyMuc(roomCallOf(call)),
});
