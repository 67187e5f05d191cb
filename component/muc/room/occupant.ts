/** An occupant of a room: one nickname, one account, one or several sessions (XEP-0045 §7.2.8). */
import type { BareJid, FullJid } from "../../address.js";
import type { Nick } from "../../nick.js";
import type { Element } from "../../xml/builder.js";
import type { WireText } from "../../xml/wire-text.js";
import type { Affiliation, Role } from "./affiliation.js";

export interface Session {
  readonly jid: FullJid;
  /** The children of its last presence, serialised. */
  readonly presence: string;
  /** The time of that presence, in microseconds since 1970. */
  readonly presentAt: number;
}

/** Only the room changes it. */
export interface Occupant {
  readonly nick: Nick;
  /** The address in the room. */
  readonly jid: FullJid;
  readonly account: BareJid;
  /** The occupant-id (XEP-0421), equal for all nicknames of an account. */
  readonly id: string;
  /** XEP-0317. */
  readonly hats: Element | undefined;
  readonly affiliation: Affiliation;
  readonly role: Role;
  /** By full address, ordered by their latest presence. */
  readonly sessions: ReadonlyMap<string, Session>;
  /** The children of the latest presence of any session, serialised. */
  readonly presence: string;
  /** The cached presence for others, serialised without `to`; cleared by every change. */
  readonly texts: { open?: WireText | undefined; hidden?: WireText | undefined };
}
