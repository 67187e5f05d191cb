/** Sends newcomers the room's latest messages (XEP-0045 §7.2.13–14). */
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import type { FullJid } from "../../addresses/address.js";
import { atOnce } from "../../limits/meter.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { addressable, addressed, withLastChild } from "../../xml/splice.js";
import { asStored, type WireText } from "../../xml/wire-text.js";
import type { RoomScope } from "../context.js";
import type { RoomView } from "../room/room-view.js";
import type { Feature } from "./feature.js";

interface HistoryRequest {
  readonly stanzas?: number | undefined;
  /** The maximum number of characters in all messages together. */
  readonly chars?: number | undefined;
  /** The earliest time, in milliseconds since 1970. */
  readonly since?: number | undefined;
}

/** Parses a client's limits; invalid values are ignored. @param now milliseconds since 1970 */
function parseHistory(element: Element | undefined, now: number): HistoryRequest {
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

/** Sends the history to a newcomer. Users without reading budget get nothing, so repeated entering costs little. */
function sendHistory(scope: RoomScope, session: FullJid, request: HistoryRequest): void {
  const { context, transaction, room } = scope;
  const { stanzas = Infinity, chars = Infinity, since = 0 } = request;
  const bytes = context.config.history_bytes;
  const most = Math.min(room.options.history, stanzas);
  const { reading } = context.budgets;
  if (most === 0 || chars === 0 || bytes === 0 || reading.waitTime(session.bare.text) > 0) return;
  context.rooms.settle(room);
  const reads = context.stores.reads.history(room.id, Math.max(0, since) * 1000, { messages: most, bytes });
  const messages = atOnce(reads, (read, ms) => context.reading.charge({ from: session }, read, ms))
    .map((message) => delayedFor(room, session, message))
    .filter((message) => transaction.fits(message));
  const rest = { chars, bytes };
  let first = messages.length;
  for (let next = messages[first - 1]; next !== undefined; next = messages[first - 1]) {
    rest.chars -= next.length;
    rest.bytes -= Buffer.byteLength(next);
    if (rest.chars < 0 || rest.bytes < 0) break;
    first -= 1;
  }
  const origin = { kind: "message", sender: room.jid.text, receiver: session.text } as const;
  for (const message of messages.slice(first)) {
    transaction.sendText(message, origin);
    reading.debit(session.bare.text, Buffer.byteLength(message));
  }
}

/** Returns a stored message with a delay (XEP-0203), addressed to a newcomer. */
function delayedFor(room: RoomView, session: FullJid, { id, stanza }: StoredMessage): WireText {
  const stamp = new Date(id / 1000).toISOString();
  const delay = xml("delay", { xmlns: NS.delay, from: room.jid.text, stamp });
  return addressed(addressable(withLastChild(asStored(stanza), delay)), session.text);
}

export const history: Feature = {
  sendToNewcomer: (scope, { session, x }) => {
    sendHistory(scope, session, parseHistory(x?.getChild("history"), scope.transaction.at));
  },
};

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
