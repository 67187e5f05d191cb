/**
 * Removes ghosts (XEP-0045 §18.1.2): occupants whose session ended without an unavailable presence. Bounces reveal
 * them. After a reconnect, when unavailable presence may have been lost, all occupants are pinged, a few at a time.
 */
import { randomUUID } from "node:crypto";
import { roomOf } from "../handlers.js";
import type { StoredSession } from "../../../storage/rooms-store.js";
import { Jid } from "../../addresses/address.js";
import type { Inbound } from "../../inbound/router.js";
import { conditionOf } from "../../inbound/stanza-error.js";
import { NS, xml } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { inOneWrite, type WireText } from "../../xml/wire-text.js";
import type { RoomContext, Work } from "../context.js";
import { roomJid } from "../rooms.js";
import { leave } from "./leaving.js";
import { saysGone } from "../wire/replies.js";

/** Handles a bounced message or presence of a room: removes the session if the error says that the session is gone. */
export function bounced(work: Work, { stanza, from, to }: Inbound<"room"> | Inbound<"occupant">): void {
  const { context } = work;
  if (!saysGone(conditionOf(stanza))) return;
  const room = context.rooms.find(roomOf(to));
  if (room !== undefined) leave({ ...work, room }, from.text, { codes: [333] });
}

/** The start of the ids of pings and of the messages that follow them. */
const PREFIX = "still-inside-";

/**
 * Handles the reply to a ping. The error may come from a server because the session is gone, or from a client that
 * doesn't support pings. So a message follows: if the session is gone, the server bounces it (see bounced()); clients
 * don't answer it.
 */
export function pinged({ context }: Work, { stanza, from, to }: Inbound<"room">): void {
  const { id = "", type } = stanza.attrs;
  if (type !== "error" || !id.startsWith(PREFIX) || !saysGone(conditionOf(stanza))) return;
  const room = context.rooms.find(to.jid);
  if (room?.sessions.has(from.text) !== true) return;
  const message = { from: room.jid.text, to: from.text, type: "groupchat", id: `${PREFIX}${randomUUID()}` };
  context.unqueued.write(serialise(xml("message", message, xml("no-store", NS.hints))));
}

/** How many sessions are pinged at a time. */
const PINGS_AT_ONCE = 20;
/** The pause before the next sessions are pinged, in milliseconds. */
const PACE_MS = 200;

/** Pings all occupants once after each reconnect. */
export class SessionPings {
  /** The session that was pinged last; undefined if all sessions were pinged. */
  #place: { room: number; jid: string } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly context: RoomContext) {}

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
        const sessions = stores.rooms.sessionsAfter(this.#place, PINGS_AT_ONCE);
        const isWritten = unqueued.write(inOneWrite(sessions.flatMap((session) => this.#ping(session))));
        if (isWritten) this.#place = sessions.length < PINGS_AT_ONCE ? undefined : sessions.at(-1);
      } catch (error) {
        log.warn(`The occupants to ping could not be read, retrying in ${PACE_MS} ms: ${String(error)}`);
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
