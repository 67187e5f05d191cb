/**
 * Ghosts (XEP-0045 §18.1.2): occupants whose session is gone without a word. An error that comes back for what they
 * were sent tells; after a reconnect, which may have cost us their leaving, those inside are pinged at a gentle pace.
 */
import { randomUUID } from "node:crypto";
import type { StoredSession } from "../../../storage/rooms-store.js";
import { Jid } from "../../address.js";
import type { Inbound } from "../../router.js";
import { conditionOf } from "../../stanza-error.js";
import { NS, xml } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { inOneWrite, type WireText } from "../../xml/wire-text.js";
import type { RoomContext, Work } from "../context.js";
import { roomJid } from "../rooms.js";
import { leave } from "./leaving.js";
import { saysGone } from "../wire/errors.js";

/** An error for a message or a presence that a room sent: its receiver is taken out where it says so. */
export function bounced(work: Work, { stanza, from, to }: Inbound<"room"> | Inbound<"occupant">): void {
  const { context } = work;
  if (!saysGone(conditionOf(stanza))) return;
  context.departures.bounced(stanza.attrs.id ?? "");
  const room = context.rooms.find(to.kind === "room" ? to.jid : to.room);
  if (room !== undefined) leave({ ...work, room }, from.text, { codes: [333] });
}

const PREFIX = "still-inside-";

/**
 * The answer to a ping. A client that knows nothing of pings may refuse it with the very error that a server gives
 * for a session that is gone; so that is asked again with a message, which no client answers and every server bounces.
 */
export function pinged({ context }: Work, { stanza, from, to }: Inbound<"room">): void {
  const { id = "", type } = stanza.attrs;
  if (type !== "error" || !id.startsWith(PREFIX) || !saysGone(conditionOf(stanza))) return;
  const room = context.rooms.find(to.jid);
  if (room?.sessions.has(from.text) !== true) return;
  const message = { from: room.jid.text, to: from.text, type: "groupchat", id: `${PREFIX}${randomUUID()}` };
  context.unqueued.write(serialise(xml("message", message, xml("no-store", NS.hints))));
}

/** So many sessions are pinged at a time, and so often. */
const SLICE = 20;
const PACE_MS = 200;

/** Pings everybody inside, once after each reconnect. */
export class SessionPings {
  #place: { room: number; jid: string } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly context: RoomContext) {}

  /** Begins anew. */
  start(): void {
    this.#place = { room: 0, jid: "" };
    this.#timer ??= setTimeout(() => this.#next(), PACE_MS).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#place = undefined;
  }

  #next(): void {
    this.#timer = undefined;
    if (this.#place === undefined) return;
    const { unqueued, stores, log } = this.context;
    if (!unqueued.isBlocked) {
      try {
        const sessions = stores.rooms.sessionsAfter(this.#place, SLICE);
        const isWritten = unqueued.write(inOneWrite(sessions.flatMap((session) => this.#ping(session))));
        if (isWritten) this.#place = sessions.length < SLICE ? undefined : sessions.at(-1);
      } catch (error) {
        log.warn(`Those inside rooms could not be read: ${String(error)}`);
      }
    }
    if (this.#place !== undefined) this.#timer = setTimeout(() => this.#next(), PACE_MS).unref();
  }

  #ping({ name, jid }: StoredSession): WireText[] {
    const room = roomJid(name, this.context.domain);
    const to = Jid.parse(jid);
    if (room === undefined || to === undefined) return [];
    const attrs = { from: room.text, to: to.text, type: "get", id: `${PREFIX}${randomUUID()}` };
    return [serialise(xml("iq", attrs, xml("ping", NS.ping)))];
  }
}
