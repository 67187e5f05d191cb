/** What calls on a room in somebody's name have in common: their fields, and how these are read. */
import { z } from "zod";
import type { RoomCall } from "../component/operations/room-call.js";
import type { CallScope } from "./endpoint.js";
import { textOrNumber } from "./fields.js";

export const roomCall = z.object({
  muc_id: textOrNumber.describe("the room's id"),
  muc_owner: z.string().describe("who acts: id or id@host"),
  muc_domain: z.string().describe("the domain of the component's rooms"),
  system: z.unknown().optional().describe("the calling program"),
});

type Fields = z.output<typeof roomCall>;

export function scopeOf({ muc_id, muc_domain, muc_owner }: Fields): CallScope {
  return { senders: [{ id: muc_owner }], rooms: [{ id: muc_id, host: muc_domain }] };
}

export function roomCallOf({ muc_id, muc_domain, muc_owner }: Fields): RoomCall {
  return { room: { id: muc_id, domain: muc_domain }, actor: muc_owner };
}
