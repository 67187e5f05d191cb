/** Deletes what was said in a room until a moment: from its archive, and from the history of those who enter. */
import { Errcode, Refusal } from "../refusal.js";
import { shown } from "../operations/address-resolver.js";
import { noteDone, type AdministrationContext, type Done } from "./context.js";
import { noSuchRoom, readRoom } from "./in-room.js";

export interface PurgeArchive {
  readonly room: string;
  /** Only what was said before: a date, or date and time (ISO 8601; in this machine's zone if it names none); "": all. */
  readonly before: string;
}

/** So many are deleted at once, however long they are: a few milliseconds. */
const SLICE = 50;

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?$/;

export async function purgeArchive(
  context: AdministrationContext,
  call: PurgeArchive,
): Promise<Done | Refusal> {
  const jid = readRoom(context, call.room);
  if (jid instanceof Refusal) return jid;
  const before = readTime(call.before.trim());
  if (before === undefined) {
    const wanted = `before: ${shown(call.before)} is no date; expected one such as 2026-01-31`;
    return new Refusal(Errcode.request, wanted);
  }
  const { muc, commit } = context;
  const room = muc.rooms.find(jid);
  if (room === undefined) return noSuchRoom(jid);
  muc.rooms.settle(room);
  let deleted = 0;
  for (;;) {
    // Each slice is a transaction of its own, so that everybody else's work comes in between.
    const count = await commit.run(() => muc.stores.archive.expireIn(room.id, before * 1000, SLICE));
    if (count === 0) break;
    deleted += count;
  }
  return noteDone(context, `${deleted} ${deleted === 1 ? "message" : "messages"} of ${jid.text} deleted.`);
}

/** Milliseconds since 1970; now for "". */
function readTime(text: string): number | undefined {
  if (text === "") return Date.now();
  if (!DATE.test(text) && !TIME.test(text)) return undefined;
  const at = Date.parse(DATE.test(text) ? `${text}T00:00` : text);
  return Number.isNaN(at) ? undefined : at;
}
