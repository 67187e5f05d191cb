/** Deletes a room's messages from its archive and its history; optionally only those before a given time. */
import { counted, quoted } from "../wording.js";
import { z } from "zod";
import { Errcode, Refusal } from "../refusal.js";
import { noteDone } from "./context.js";
import { findRoom } from "./in-room.js";
import { commandOf, operation, ROOM } from "./operation.js";

/** How many messages are deleted in one transaction; this takes a few milliseconds. */
const SLICE = 50;

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?$/;

export const purgeArchive = operation({
  call: z.strictObject({
    room: z.string(),
    /** A date, or a date and time (ISO 8601), by default in the local zone. "" deletes all messages. */
    before: z.string().default(""),
  }),
  async run(context, call) {
    const before = parseTime(call.before.trim());
    if (before === undefined) {
      const wanted = `before: ${quoted(call.before)} is not a date; expected one such as 2026-01-31`;
      return new Refusal(Errcode.request, wanted);
    }
    const { muc, commit } = context;
    const room = findRoom(context, call.room);
    if (room instanceof Refusal) return room;
    muc.rooms.settle(room);
    let deleted = 0;
    for (;;) {
      // Each slice is deleted in a separate transaction, so that other work isn't delayed.
      const count = await commit.run(() => muc.stores.archive.expireIn(room.id, before * 1000, SLICE));
      if (count === 0) break;
      deleted += count;
    }
    const messages = counted(deleted, "message");
    return noteDone(context, `Deleted ${messages} of ${room.jid.text}.`);
  },
});

export const purgeArchiveCommand = commandOf(purgeArchive, {
  node: "rooms#purge",
  name: "Delete a room's messages",
  instructions:
    "The messages are deleted permanently: from the archive, and from the recent messages that users receive on entering.",
  fields: [
    ROOM,
    {
      name: "before",
      type: "text-single",
      label: "Only messages before this date, such as 2026-01-31; empty: all",
      values: [],
    },
  ],
});

/** Parses a time. @returns milliseconds since 1970; the current time for ""; undefined for an invalid text */
function parseTime(text: string): number | undefined {
  if (text === "") return Date.now();
  if (!DATE.test(text) && !TIME.test(text)) return undefined;
  const at = Date.parse(DATE.test(text) ? `${text}T00:00` : text);
  return Number.isNaN(at) ? undefined : at;
}
