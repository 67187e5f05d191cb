/** Builds presence from an occupant's address (XEP-0045 §7.1–7.2). */
import type { BareJid } from "../../addresses/address.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { withFirstChildren } from "../../xml/splice.js";
import type { WireText } from "../../xml/wire-text.js";
import type { Affiliation, Role } from "../room/affiliation.js";
import type { Occupant } from "../room/occupants.js";
import { occupantId } from "../room/stable-ids.js";
import { MUC } from "./ns.js";
import { textElement } from "./text.js";

/** The actor and the reason of a change. */
export interface Cause {
  readonly nick?: string | undefined;
  /** The actor's real address, shown only to occupants who may see it. */
  readonly jid?: BareJid | undefined;
  readonly reason?: string | undefined;
}

/** The contents of an occupant's presence. */
export interface Shape {
  readonly type?: "unavailable";
  /** The children of the client's presence, serialised. They are inserted as text. */
  readonly children: WireText;
  readonly affiliation: Affiliation;
  readonly role: Role;
  /** Status codes for all receivers. */
  readonly codes?: readonly number[];
  /** Status codes that only the occupant's own sessions get, in addition to 110. */
  readonly ownCodes?: readonly number[];
  /** The new nickname, if it changes. */
  readonly newNick?: string | undefined;
  readonly cause?: Cause | undefined;
  /** A further element for the room's <x/>, such as <destroy/>. */
  readonly extra?: Element | undefined;
  /** The real address to show; by default the full address of the session with the latest presence. */
  readonly real?: string | undefined;
  /** The id of the client's presence, which only the occupant's own sessions get. */
  readonly id?: string | undefined;
}

/** The receivers: occupants who see real addresses (open) or don't (hidden), or the occupant's sessions (own). */
export type View = "open" | "hidden" | "own";

/** Builds an occupant's presence without `to`. */
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

/** Builds a <status/> element. */
export function status(code: number): Element {
  return xml("status", { code: String(code) });
}

/** Builds the <actor/> element; undefined if the actor isn't known or shown. */
function actor({ nick, jid }: Cause, view: View): Element | undefined {
  const real = view === "open" ? jid?.text : undefined;
  return nick === undefined && real === undefined ? undefined : xml("actor", { nick, jid: real });
}
