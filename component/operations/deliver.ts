/** The last step of the sending operations: finished stanzas, and what is said in rooms, accepted as one call. */
import type { NewRow } from "../../storage/outbox-row.js";
import type { AccountJid, Jid } from "../address.js";
import type { Receipt } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import { refuseSpeaker, speakFor, type Speech } from "../rooms/speaking.js";
import { StanzaTooLarge, type WireText } from "../xml/wire-text.js";
import type { OperationContext } from "./context.js";
import { tooLarge } from "./sizes.js";

/** Something to be said in a room. */
export type GroupMessage = Omit<Speech, "room"> & {
  readonly room: AccountJid;
  /** What a refusal calls it. */
  readonly field: string;
};

/** What an item of a call comes to. */
export type Outgoing = { readonly rows: readonly NewRow<WireText>[] } | GroupMessage;

/**
 * All of it or nothing.
 * @param name what a refusal calls an item; undefined where there is only one
 */
export async function deliver(
  context: OperationContext,
  items: readonly Outgoing[],
  name: ((index: number) => string) | undefined,
): Promise<Receipt | Refusal> {
  const { owner } = context;
  const rows: NewRow<WireText>[] = [];
  const named = (refusal: Refusal, index: number): Refusal =>
    name === undefined ? refusal : refusal.at(name(index));
  const speeches: { speech: Speech; field: string; index: number }[] = [];
  for (const [index, item] of items.entries()) {
    if ("rows" in item) {
      rows.push(...item.rows);
      continue;
    }
    const room = context.rooms.rooms.find(item.room);
    const refusal = room === undefined ? noSuchRoom(item.room) : refuseSpeaker(room, item.from);
    if (refusal !== undefined) return named(refusal, index);
    if (room !== undefined) speeches.push({ speech: { ...item, room }, field: item.field, index });
  }
  if (speeches.length === 0) return await context.outbox.accept(rows, undefined, owner);
  const { rooms } = context.rooms;
  const full = owner && rooms.refuse(owner);
  if (full !== undefined) return full;
  const turn = rooms.begin(owner);
  for (const { speech, field, index } of speeches) {
    try {
      speakFor(context.rooms, turn, context.directory, speech);
    } catch (error) {
      rooms.abort(turn);
      if (!(error instanceof StanzaTooLarge)) throw error;
      return named(tooLarge(field, error.bytes, error.most), index);
    }
  }
  return await rooms.commit(turn, rows);
}

export function noSuchRoom(room: Jid): Refusal {
  return new Refusal(Errcode.notFound, `there is no room ${room.text}`);
}
