/**
 * Presence from an occupant's address (XEP-0045 §7.1–7.2): what the client sent, the occupant's stable id, and
 * what the room says of them. Inside <x/>: statuses, then the one item, 110 last.
 */
import type { BareJid } from "../../address.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { withFirstChildren } from "../../xml/splice.js";
import type { WireText } from "../../xml/wire-text.js";
import type { Affiliation, Role } from "../room/affiliation.js";
import type { Occupant } from "../room/occupant.js";
import { occupantId } from "../room/stable-ids.js";
import { MUC } from "./ns.js";

/** Who did it, and why. */
export interface Cause {
  readonly nick?: string | undefined;
  readonly jid?: BareJid | undefined;
  readonly reason?: string | undefined;
}

export interface Shape {
  readonly type?: "unavailable";
  /** The client's own children, serialised: they are never parsed again. */
  readonly children: WireText;
  readonly affiliation: Affiliation;
  readonly role: Role;
  /** Status codes for everybody. */
  readonly codes?: readonly number[];
  /** Status codes for the occupant alone, besides 110. */
  readonly ownCodes?: readonly number[];
  /** The nickname that they take. */
  readonly newNick?: string | undefined;
  readonly cause?: Cause | undefined;
  /** <destroy/>. */
  readonly extra?: Element | undefined;
  /** The real address, where it isn't that of the occupant's last session. */
  readonly real?: string | undefined;
  /** The stanza's id, where the client gave one. */
  readonly id?: string | undefined;
}

/** What the receiver may see: real addresses (open), none (hidden), or that it is themselves (own). */
export type View = "open" | "hidden" | "own";

/** The stanza without `to`. */
export function presenceText(occupant: Occupant, shape: Shape, view: View): WireText {
  const { type, children, affiliation, role, newNick, cause, extra, id } = shape;
  const last = [...occupant.sessions.keys()].at(-1) ?? occupant.account.text;
  const real = view === "hidden" ? undefined : (shape.real ?? last);
  const statuses = [...(shape.codes ?? []), ...(view === "own" ? (shape.ownCodes ?? []) : [])].map(status);
  const item = xml(
    "item",
    { affiliation, role, jid: real, nick: newNick },
    cause && actor(cause, view),
    cause?.reason === undefined ? undefined : xml("reason", {}, cause.reason),
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

function actor({ nick, jid }: Cause, view: View): Element | undefined {
  const real = view === "open" ? jid?.text : undefined;
  return nick === undefined && real === undefined ? undefined : xml("actor", { nick, jid: real });
}
