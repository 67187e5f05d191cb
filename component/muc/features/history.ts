/** Sends newcomers the room's latest messages (XEP-0045 §7.2.13–14). */
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import type { FullJid } from "../../addresses/address.js";
import { atOnce } from "../../limits/meter.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { addressable, addressed, withLastChild } from "../../xml/splice.js";
import { asStored, type WireText } from "../../xml/wire-text.js";
import type { RoomScope } from "../context.js";
import type { Room } from "../room/room.js";
import type { Feature } from "./feature.js";

/** Returns a client's limits in <history/>: messages, characters, and the earliest time in milliseconds since 1970. */
function limitsIn({ attrs }: Element, now: number) {
  const count = (text = ""): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
  const times = [now - (count(attrs.seconds) ?? NaN) * 1000, Date.parse(attrs.since ?? "")];
  const since = Math.max(0, ...times.filter((time) => !Number.isNaN(time)));
  return { stanzas: count(attrs.maxstanzas), chars: count(attrs.maxchars), since };
}

/** Sends the history to a newcomer. Users without reading budget get nothing, so repeated entering costs little. */
function sendHistory(scope: RoomScope, session: FullJid, wish: Element | undefined): void {
  const { context, transaction, room } = scope;
  const limits = wish && limitsIn(wish, transaction.at);
  const { stanzas = Infinity, chars = Infinity, since = 0 } = limits ?? {};
  const bytes = context.config.history_bytes;
  const most = Math.min(room.options.history, stanzas);
  const { reading } = context.budgets;
  if (most === 0 || chars === 0 || bytes === 0 || reading.waitTime(session.bare.text) > 0) return;
  context.rooms.settle(room);
  const reads = context.stores.reads.history(room.id, since * 1000, { messages: most, bytes });
  const messages = atOnce(reads, (read, ms) => context.reading.charge({ from: session }, read, ms))
    .map((message) => delayedFor(room, session, message))
    .filter((message) => transaction.fits(message));
  const rest = { chars, bytes };
  const exceeds = (message: WireText): boolean => {
    rest.chars -= message.length;
    rest.bytes -= Buffer.byteLength(message);
    return rest.chars < 0 || rest.bytes < 0;
  };
  const origin = { kind: "message", sender: room.jid.text, receiver: session.text } as const;
  for (const message of messages.slice(messages.findLastIndex(exceeds) + 1)) {
    transaction.sendText(message, origin);
    reading.debit(session.bare.text, Buffer.byteLength(message));
  }
}

function delayedFor(room: Room, session: FullJid, { id, stanza }: StoredMessage): WireText {
  const stamp = new Date(id / 1000).toISOString();
  const delay = xml("delay", { xmlns: NS.delay, from: room.jid.text, stamp });
  return addressed(addressable(withLastChild(asStored(stanza), delay)), session.text);
}

export const history: Feature = {
  sendToNewcomer: (scope, session, x) => sendHistory(scope, session, x?.getChild("history")),
};
