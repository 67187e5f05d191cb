import { z } from "zod";
import { endpoint } from "../endpoint.js";
import { oneOrMany, textOrNumber } from "../fields.js";

const members = z.object({
  muc_id: textOrNumber.describe("the room's id"),
  muc_owner: z.string().describe("who acts: id or id@host"),
  muc_domain: z.string().describe("the domain of the component's rooms"),
  muc_member: oneOrMany(z.string()).describe("who becomes a member: id or id@host"),
  system: z.unknown().optional().describe("the calling program"),
});

export default endpoint({
  name: "add_muc_user",
  method: "POST",
  summary: "Make users members of a room and invite them",
  request: members,
  success: { errmsg: "success", data: "" },
  claims: ({ muc_id, muc_domain, muc_owner }) => ({
    senders: [{ id: muc_owner }],
    rooms: [{ id: muc_id, host: muc_domain }],
  }),
  run: (operations, call) =>
    operations.addMucUser({
      room: { id: call.muc_id, domain: call.muc_domain },
      actor: call.muc_owner,
      members: call.muc_member,
    }),
});
