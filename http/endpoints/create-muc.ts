import { z } from "zod";
import { endpoint } from "../endpoint.js";
import { optionalText, textOrNumber } from "../fields.js";

const room = z.object({
  muc_id: textOrNumber.describe("the new room's id"),
  muc_owner: z.string().describe("who makes it: id or id@host"),
  muc_domain: z.string().describe("the domain of the component's rooms"),
  muc_name: optionalText("").describe("the room's name"),
  muc_desc: optionalText("").describe("the room's description"),
  muc_owner_host: optionalText("").describe("the owner's host"),
  muc_true_owner: optionalText("").describe("who becomes the owner in muc_owner's place: id or id@host"),
  system: z.unknown().optional().describe("the calling program"),
});

/** Callers leave a field empty as often as out. */
function given(text: string): string | undefined {
  return text === "" ? undefined : text;
}

export default endpoint({
  name: "create_muc",
  method: "POST",
  summary: "Make a room",
  request: room,
  success: { errmsg: "success", data: "" },
  scope: ({ muc_id, muc_domain, muc_owner, muc_true_owner, muc_owner_host }) => ({
    senders: [muc_owner, muc_true_owner]
      .filter((id) => id !== "")
      .map((id) => ({ id, host: given(muc_owner_host) })),
    rooms: [{ id: muc_id, host: muc_domain }],
  }),
  run: (operations, call) =>
    operations.createMuc({
      room: { id: call.muc_id, domain: call.muc_domain },
      actor: call.muc_owner,
      ownerHost: given(call.muc_owner_host),
      trueOwner: given(call.muc_true_owner),
      name: call.muc_name,
      description: call.muc_desc,
    }),
});
