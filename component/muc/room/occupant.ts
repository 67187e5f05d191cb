/** Somebody inside a room: one nickname, one account, one or several sessions (XEP-0045 §7.2.8). */
import type { BareJid, FullJid } from "../../address.js";
import type { Nick } from "../../nick.js";
import type { Element } from "../../xml/builder.js";
import type { WireText } from "../../xml/wire-text.js";
import type { Affiliation, Role } from "./affiliation.js";

export interface Session {
  readonly jid: FullJid;
  /** The children of its last presence, serialised. */
  readonly presence: string;
  /** When that came, in microseconds since 1970. */
  readonly presentAt: number;
}

/** Changed by the room alone. */
export interface Occupant {
  readonly nick: Nick;
  /** Their address in the room. */
  readonly jid: FullJid;
  readonly account: BareJid;
  /** XEP-0421: tells that two nicknames are one person. */
  readonly id: string;
  /** The hats that they wear (XEP-0317). */
  readonly hats: Element | undefined;
  readonly affiliation: Affiliation;
  readonly role: Role;
  /** By full address, in the order in which their last presences came. */
  readonly sessions: ReadonlyMap<string, Session>;
  /** The children of their last presence, serialised: that of their last session. */
  readonly presence: string;
  /** Their presence as others are told of it, serialised without `to`; forgotten when something changes. */
  readonly texts: { open?: WireText | undefined; hidden?: WireText | undefined };
}
