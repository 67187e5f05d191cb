import { z } from "zod";
import { endpoint } from "../endpoint.js";
import { textOrNumber } from "../fields.js";

const room = z.object({
  muc_id: textOrNumber.describe("the room's id"),
  muc_owner: z.string().describe("its owner, who acts: id or id@host"),
  muc_domain: z.string().describe("the domain of the component's rooms"),
  system: z.unknown().optional().describe("the calling program"),
});

export default endpoint({
  name: "destroy_muc",
  method: "POST",
  summary: "End a room",
  request: room,
  success: { errmsg: "success", data: "" },
  claims: ({ muc_id, muc_domain, muc_owner }) => ({
    senders: [{ id: muc_owner }],
    rooms: [{ id: muc_id, host: muc_domain }],
  }),
  run: (operations, call) =>
    operations.destroyMuc({
      room: { id: call.muc_id, domain: call.muc_domain },
      actor: call.muc_owner,
    }),
});
