/** What those who enter are told of what was said before (XEP-0045 §7.2.13–14). */
import { withPresentMirror } from "../../composing/legacy-mirror.js";
import type { Element } from "../../xml/builder.js";
import { NS, xml } from "../../xml/builder.js";
import { addressable, addressed, withLastChild } from "../../xml/splice.js";
import type { FullJid } from "../../address.js";
import type { RoomContext } from "../context.js";
import type { Feature } from "./feature.js";
import { numberField } from "./fields.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

/** Bounds; what is left out doesn't bind. */
export interface HistoryRequest {
  readonly stanzas?: number | undefined;
  readonly chars?: number | undefined;
  /** Milliseconds since 1970. */
  readonly since?: number | undefined;
}

/** Reads <history/>; values that are none don't bind. */
export function readHistory(element: Element | undefined, now: number): HistoryRequest {
  if (element === undefined) return {};
  const seconds = count(element.attrs.seconds);
  const since = Date.parse(element.attrs.since ?? "");
  const bounds = [seconds === undefined ? NaN : now - seconds * 1000, since].filter(
    (at) => !Number.isNaN(at),
  );
  return {
    stanzas: count(element.attrs.maxstanzas),
    chars: count(element.attrs.maxchars),
    since: bounds.length === 0 ? undefined : Math.max(...bounds),
  };
}

/** Those who have read too much enter without, as they would with maxstanzas='0'; so what they cost is bounded. */
export function sayHistory(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  session: FullJid,
  request: HistoryRequest,
): void {
  const { stanzas = Infinity, since = 0 } = request;
  const chars = Math.min(request.chars ?? Infinity, context.rooms.config.history_bytes);
  const most = Math.min(room.options.history, stanzas);
  const { reading } = context.budgets;
  if (most === 0 || chars === 0 || reading.waitTime(session.bare.text) > 0) return;
  context.rooms.settle(room);
  const { archive } = context.rooms.stores;
  const bounds = { messages: most, chars };
  const messages = archive
    .history(room.id, Math.max(0, since) * 1000, bounds)
    .flatMap((message) => {
      const { id } = message;
      const stanza = context.rooms.readStored(message);
      // Another version wrote it, perhaps; the rest of the history is still to be had.
      if (typeof stanza !== "string") return [];
      const stamp = new Date(id / 1000).toISOString();
      const delayed = withLastChild(
        withPresentMirror(stanza),
        xml("delay", { xmlns: NS.delay, from: room.jid.text, stamp }),
      );
      return [addressed(addressable(delayed), session.text)];
    })
    .filter((message) => transaction.fits(message));
  let said = 0;
  let first = messages.length;
  for (let next = messages[first - 1]; next !== undefined; next = messages[first - 1]) {
    if (said + next.length > chars) break;
    said += next.length;
    first -= 1;
  }
  for (const message of messages.slice(first))
    transaction.sayText(message, { kind: "message", sender: room.jid.text, receiver: session.text });
  reading.debit(session.bare.text, said);
}

export const history: Feature = {
  fields: ({ max_history }) => [
    numberField("history", "muc#roomconfig_historylength", "Messages of history", 0, max_history),
  ],
};

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
