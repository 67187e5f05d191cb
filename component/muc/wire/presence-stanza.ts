/**
 * Presence from an occupant's address (XEP-0045 §7.1–7.2): the client's children, the occupant-id and the room's <x/>
 * with status codes, one item, and 110 last.
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
import { textElement } from "./text.js";

/** The actor and the reason of a change. */
export interface Cause {
  readonly nick?: string | undefined;
  readonly jid?: BareJid | undefined;
  readonly reason?: string | undefined;
}

export interface Shape {
  readonly type?: "unavailable";
  /** The client's own children, serialised; they are never parsed again. */
  readonly children: WireText;
  readonly affiliation: Affiliation;
  readonly role: Role;
  /** Status codes for all receivers. */
  readonly codes?: readonly number[];
  /** Further status codes for the occupant, in addition to 110. */
  readonly ownCodes?: readonly number[];
  /** The new nickname of a nickname change. */
  readonly newNick?: string | undefined;
  readonly cause?: Cause | undefined;
  /** <destroy/>. */
  readonly extra?: Element | undefined;
  /** The real address; by default that of the occupant's latest session. */
  readonly real?: string | undefined;
  /** The id of the client's stanza. */
  readonly id?: string | undefined;
}

/** The receiver's view: with real addresses (open), without (hidden), or the occupant's own (own). */
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

function actor({ nick, jid }: Cause, view: View): Element | undefined {
  const real = view === "open" ? jid?.text : undefined;
  return nick === undefined && real === undefined ? undefined : xml("actor", { nick, jid: real });
}
