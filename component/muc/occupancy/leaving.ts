/** Leaving a room (XEP-0045 §7.14), voluntarily or not. */
import { NO_TEXT, inOneWrite, type WireText } from "../../xml/wire-text.js";
import {
  roomOf,
  type RoomContext,
  type RoomScope,
  type RoomTransaction,
  type ToRoom,
  type Work,
} from "../context.js";
import type { Role } from "../room/affiliation.js";
import type { Occupant } from "../room/occupants.js";
import {
  notifyOthers,
  notifyOwnSessions,
  notifyPresence,
  ownPresence,
  type Cause,
  type Shape,
} from "../wire/fan-out.js";
import { randomUUID } from "node:crypto";
import type { StoredSession } from "../../../storage/rooms-store.js";
import { Jid } from "../../addresses/address.js";
import type { Inbound } from "../../inbound/router.js";
import { conditionOf } from "../../inbound/stanza-error.js";
import { NS, xml } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { roomJid } from "../rooms.js";
import { saysGone } from "../wire/replies.js";

/**
 * What is special in the unavailable presence of an occupant who leaves. Status codes: 301 banned, 307 kicked, 321 no
 * longer a member, 322 members-only now, 333 session lost.
 */
type Leaving = Partial<Pick<Shape, "children" | "codes" | "cause" | "id">>;

/** Removes a session. Others are notified if it was the last session, or if its presence represented the occupant. */
export function leave(scope: RoomScope, session: string, leaving: Leaving): void {
  const { transaction, room } = scope;
  const occupant = room.sessions.get(session);
  if (occupant === undefined) return;
  if (occupant.sessions.size > 1) {
    const { presence } = occupant;
    transaction.sendPresences(room, [ownPresence(occupant, session, goneShape(occupant, leaving))], session);
    room.leave(transaction, session);
    if (occupant.presence !== presence) notifyPresence(scope, occupant);
    return;
  }
  notifyGone(scope, occupant, leaving);
  room.leave(transaction, session);
  removeIfAbandoned(scope);
}

/** Removes an occupant with all sessions. */
export function expel(scope: RoomScope, occupant: Occupant, leaving: Leaving): void {
  const { transaction, room } = scope;
  notifyGone(scope, occupant, leaving);
  for (const session of [...occupant.sessions.keys()]) room.leave(transaction, session);
  removeIfAbandoned(scope);
}

/** Changes an occupant's role (XEP-0045 §8.2–8.7) and notifies all occupants. The caller has checked the change. */
export function changeRole(scope: RoomScope, occupant: Occupant, role: Role, cause: Cause): void {
  if (occupant.role === role) return;
  if (role === "none") {
    expel(scope, occupant, { codes: [307], cause });
    return;
  }
  scope.room.setRole(scope.transaction, occupant, role);
  notifyPresence(scope, occupant, { cause });
}

/** Deletes a room without occupants if it is temporary (XEP-0045 §4.2) or was never configured. */
export function removeIfAbandoned({ context, transaction, room }: RoomScope): void {
  const isAbandoned = room.occupants.size === 0 && (!room.options.persistent || room.isLocked);
  if (!room.isGone && isAbandoned) context.rooms.remove(transaction, room);
}

function notifyGone(scope: RoomTransaction, occupant: Occupant, leaving: Leaving): void {
  const shape = goneShape(occupant, leaving);
  notifyOwnSessions(scope, occupant, shape);
  if (occupant.isShown) notifyOthers(scope, occupant, shape);
}

function goneShape({ affiliation }: Occupant, leaving: Leaving): Shape {
  return { type: "unavailable", role: "none", children: NO_TEXT, affiliation, ...leaving };
}

/** Handles a bounced message or presence of a room: removes the session if the error says that the session is gone. */
export function bounced(work: Work, { stanza, from, to }: ToRoom): void {
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

const PINGS_AT_ONCE = 20;
const PACE_MS = 200;

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
