/** Sends stanzas to occupants. A stanza is serialised once without `to`, which the outbox inserts (xml/splice.ts). */
import { xml, type Element } from "../../xml/builder.js";
import { addressable, addressed, withFirstChildren } from "../../xml/splice.js";
import { asStored, NO_TEXT, type WireText } from "../../xml/wire-text.js";
import type { RoomTransaction } from "../context.js";
import { seesAddresses } from "../features/anonymity.js";
import { sessionsOf, type Occupant } from "../room/occupants.js";
import type { Room } from "../room/room.js";
import { MUC } from "./ns.js";
import type { BareJid } from "../../addresses/address.js";
import { serialise } from "../../xml/serialise.js";
import type { Affiliation, Role } from "../room/affiliation.js";
import { occupantId } from "../room/stable-ids.js";
import { textElement } from "./text.js";

/** Notifies all occupants of changes by status codes (XEP-0045 §10.2.1). */
export function notifyChanges({ transaction, room }: RoomTransaction, codes: readonly number[]): void {
  const x = xml("x", MUC.user, ...codes.map(status));
  transaction.broadcast(
    xml("message", { from: room.jid.text, type: "groupchat" }, x),
    room.inside.recipients,
  );
}

/** The status code for changes that don't concern privacy and have no status code of their own. */
export const CHANGED = 104;

/** Sends an occupant's presence to the occupant's own sessions. */
export function notifyOwnSessions(scope: RoomTransaction, occupant: Occupant, shape: PresenceShape): void {
  notifyIn(scope, occupant, { shape, view: "own" }, [...occupant.sessions.keys()]);
}

/** Sends an occupant's presence to the other occupants, with the real address only to those who may see it. */
export function notifyOthers(scope: RoomTransaction, occupant: Occupant, shape: PresenceShape): void {
  const { room } = scope;
  const receivers: Record<"open" | "hidden", Occupant[]> = { open: [], hidden: [] };
  for (const other of room.occupants.values())
    if (other !== occupant) receivers[viewOf(room, other.role)].push(other);
  for (const view of ["open", "hidden"] as const)
    notifyIn(scope, occupant, { shape, view }, sessionsOf(receivers[view]));
}

/** Sends an occupant's presence to the occupant and, if it is shown, to the others. */
export function notifyAll(scope: RoomTransaction, occupant: Occupant, shape: PresenceShape): void {
  notifyOwnSessions(scope, occupant, shape);
  if (occupant.isShown) notifyOthers(scope, occupant, shape);
}

/** Sends an occupant's presence to the others, or that the occupant left if the presence must be hidden now. */
export function showOrHide(
  scope: RoomTransaction,
  occupant: Occupant,
  shape = presenceShapeOf(occupant),
): void {
  const { transaction, room } = scope;
  const isShown = room.isBroadcast(occupant.role);
  if (isShown || occupant.isShown) notifyOthers(scope, occupant, isShown ? shape : goneShape(occupant));
  if (isShown !== occupant.isShown) room.inside.change(transaction, occupant, { isShown });
}

/** Sends an occupant's presence to the others, unless it is hidden, and to the occupant. @param more replaces parts */
export function notifyPresence(
  scope: RoomTransaction,
  occupant: Occupant,
  more: Partial<PresenceShape> = {},
): void {
  const shape = { ...presenceShapeOf(occupant), ...more };
  showOrHide(scope, occupant, shape);
  notifyOwnSessions(scope, occupant, shape);
}

/** Yields the presence of bots and all other occupants for a newcomer. @param session the newcomer's full address */
export function* presencesFor(room: Room, newcomer: Occupant, session: string): Iterable<WireText> {
  const view = viewOf(room, newcomer.role);
  for (const occupant of [...room.bots.values(), ...room.occupants.values()]) {
    if (occupant === newcomer || !occupant.isShown) continue;
    occupant.texts[view] ??= presenceText(occupant, presenceShapeOf(occupant), view);
    yield addressed(addressable(occupant.texts[view]), session);
  }
}

/** Returns an occupant's presence stanza for one of the occupant's own sessions, given by its full address. */
export function ownPresence(occupant: Occupant, session: string, shape: PresenceShape): WireText {
  return addressed(addressable(presenceText(occupant, { ...shape, real: session }, "own")), session);
}

export function presenceShapeOf(occupant: Occupant): PresenceShape {
  const { affiliation, role } = occupant;
  return { children: asStored(occupant.presence), affiliation, role };
}

/** Returns the shape of the presence of an occupant who leaves. @param more replaces parts */
export function goneShape({ affiliation }: Occupant, more: Partial<PresenceShape> = {}): PresenceShape {
  return { type: "unavailable", role: "none", children: NO_TEXT, affiliation, ...more };
}

function notifyIn(
  { transaction }: RoomTransaction,
  occupant: Occupant,
  { shape, view }: { readonly shape: PresenceShape; readonly view: View },
  recipients: readonly string[],
): void {
  if (recipients.length === 0) return;
  const id = view === "own" ? shape.id : undefined;
  const origin = { kind: "presence", sender: occupant.jid.bare.text, id } as const;
  transaction.broadcastText(presenceText(occupant, shape, view), recipients, origin);
}

export interface ChangeCause {
  readonly nick?: string | undefined;
  /** The actor's real address, shown only to occupants who may see it. */
  readonly account?: BareJid | undefined;
  readonly reason?: string | undefined;
}

export interface PresenceShape {
  readonly type?: "unavailable";
  /** The children of the client's presence, serialised. They are inserted as text. */
  readonly children: WireText;
  readonly affiliation: Affiliation;
  readonly role: Role;
  /** Status codes for all receivers. */
  readonly codes?: readonly number[];
  /** Status codes that only the occupant's own sessions get, in addition to 110. */
  readonly ownCodes?: readonly number[];
  readonly newNick?: string | undefined;
  readonly cause?: ChangeCause | undefined;
  /** A further element for the room's <x/>, such as <destroy/>. */
  readonly extra?: Element | undefined;
  /** The real address to show; by default the full address of the session with the latest presence. */
  readonly real?: string | undefined;
  /** The id of the client's presence, which only the occupant's own sessions get. */
  readonly id?: string | undefined;
}

/** The receivers: occupants who see real addresses (open) or don't (hidden), or the occupant's sessions (own). */
export type View = "open" | "hidden" | "own";

export function viewOf(room: Room, role: Role): "open" | "hidden" {
  return seesAddresses(room, role) ? "open" : "hidden";
}

export function presenceText(occupant: Occupant, shape: PresenceShape, view: View): WireText {
  const { type, children, affiliation, role, newNick, cause, extra, id } = shape;
  const last = [...occupant.sessions.keys()].at(-1) ?? occupant.account.text;
  const real = view === "hidden" ? undefined : (shape.real ?? last);
  const statuses = [...(shape.codes ?? []), ...(view === "own" ? (shape.ownCodes ?? []) : [])].map(status);
  const item = xml(
    "item",
    { affiliation, role, jid: real, nick: newNick },
    cause && actor(cause, view),
    textElement("reason", cause?.reason),
  );
  const presence = xml(
    "presence",
    { from: occupant.jid.text, type, id: view === "own" ? id : undefined },
    occupantId(occupant.id),
    type === undefined ? occupant.hats : undefined,
    xml("x", MUC.user, ...statuses, item, extra, view === "own" ? status(110) : undefined),
  );
  return withFirstChildren(serialise(presence), children);
}

export function status(code: number): Element {
  return xml("status", { code: String(code) });
}

function actor({ nick, account }: ChangeCause, view: View): Element | undefined {
  const real = view === "open" ? account?.text : undefined;
  return nick === undefined && real === undefined ? undefined : xml("actor", { nick, jid: real });
}
