import type { BareJid, FullJid } from "../../address.js";
import type { Nick } from "../../nick.js";
import type { Element } from "../../xml/builder.js";
import type { WireText } from "../../xml/wire-text.js";
import type { Affiliation, Role } from "./affiliation.js";

/** A session of an occupant. */
export interface Session {
  /** The user's real full address. */
  readonly jid: FullJid;
  /** The children of the session's latest presence, serialised. */
  readonly presence: string;
  /** The time of the session's latest presence, in microseconds since 1970. */
  readonly presentAt: number;
}

/** An occupant: one nickname, one account, one or several sessions (XEP-0045 §7.2.8). Only occupants.ts changes it. */
export interface Occupant {
  readonly nick: Nick;
  /** The address in the room. */
  readonly jid: FullJid;
  readonly account: BareJid;
  /** The occupant-id (XEP-0421), the same for all nicknames of the account. */
  readonly id: string;
  /** The <hats/> element (XEP-0317). */
  readonly hats: Element | undefined;
  readonly affiliation: Affiliation;
  readonly role: Role;
  /** The sessions by full address, the one with the latest presence last. */
  readonly sessions: ReadonlyMap<string, Session>;
  /** The children of the sessions' latest presence, serialised: it represents the occupant. */
  readonly presence: string;
  /** The cached presence stanzas for others, without `to`, with and without the real address. */
  readonly texts: { open?: WireText | undefined; hidden?: WireText | undefined };
}
