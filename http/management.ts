/** What the management calls have in common: how they name a room, and what they answer where there is none. */
import { z } from "zod";
import type { RoomName } from "../component/operations/room-call.js";
import type { CallScope } from "./endpoint.js";
import { textOrNumber } from "./fields.js";

export const managedRoom = z.object({
  muc: textOrNumber.describe("the room's id"),
  domain: z.string().describe("the domain of the component's rooms"),
});

type Fields = z.output<typeof managedRoom>;

export function managedScope({ muc, domain }: Fields): CallScope {
  return { senders: [], rooms: [{ id: muc, host: domain }] };
}

export function managedName({ muc, domain }: Fields): RoomName {
  return { id: muc, domain };
}

/** In the original's words. */
export const noSuchMuc = (): object => ({
  ret: false,
  errcode: "-1",
  errmsg: "Muc not exit or Muc is temp Muc",
});
