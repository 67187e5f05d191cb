import type { BareJid, FullJid } from "../../addresses/address.js";
import { Lookalikes } from "../../addresses/lookalikes.js";
import type { Nick } from "../../addresses/nick.js";
import type { Element } from "../../xml/builder.js";
import type { Affiliation, Role } from "./affiliation.js";
import type { WireText } from "../../xml/wire-text.js";

export interface Session {
  readonly jid: FullJid;
  /** The children of the session's latest presence, serialised. */
  readonly presence: string;
  /** The time of the session's latest presence, in microseconds since 1970. */
  readonly presentAt: number;
}

/** An occupant: one nickname, one account, one or several sessions (XEP-0045 §7.2.8). Only this file changes it. */
export interface Occupant {
  readonly nick: Nick;
  readonly jid: FullJid;
  readonly account: BareJid;
  readonly id: string;
  readonly hats: Element | undefined;
  readonly affiliation: Affiliation;
  readonly role: Role;
  /** Whether the others see the occupant's presence. */
  readonly isShown: boolean;
  /** The sessions by full address, the one with the latest presence last. */
  readonly sessions: ReadonlyMap<string, Session>;
  /** The children of the latest presence of any session, serialised. This presence represents the occupant. */
  readonly presence: string;
  /** The cached presence stanzas for others, without `to`, with and without the real address. */
  readonly texts: { open?: WireText | undefined; hidden?: WireText | undefined };
}

export function sessionsOf(occupants: readonly Occupant[]): string[] {
  return occupants.flatMap(({ sessions }) => [...sessions.keys()]);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
export type MutableOccupant = Writable<Omit<Occupant, "sessions">> & {
  readonly sessions: Map<string, Session>;
};
type Changes = Partial<Pick<Occupant, "affiliation" | "role" | "isShown">>;

/** The attributes of a new occupant that the caller determines. */
export interface Newcomer {
  readonly nick: Nick;
  readonly role: Role;
  readonly isShown: boolean;
  readonly presence: string;
}

/** A room's occupants by nickname, session and account. Only room.ts and room-view.ts change them. */
export class Occupants {
  readonly #byNick = new Map<string, MutableOccupant>();
  readonly #bySession = new Map<string, MutableOccupant>();
  readonly #byAccount = new Map<string, MutableOccupant[]>();
  readonly lookalikes = new Lookalikes();
  #recipients: readonly string[] | undefined;

  /** The occupants by the nickname's key (nick.ts), in the order of entering. */
  readonly byNick: ReadonlyMap<string, Occupant> = this.#byNick;
  readonly bySession: ReadonlyMap<string, Occupant> = this.#bySession;
  /** The occupants by bare address. An account may have several, with different nicknames. */
  readonly byAccount: ReadonlyMap<string, readonly Occupant[]> = this.#byAccount;

  get recipients(): readonly string[] {
    this.#recipients ??= [...this.#bySession.keys()];
    return this.#recipients;
  }

  /** Adds a session to the occupant with the nickname, or to a new occupant. @param make makes it */
  addSession(session: Session, nick: Nick, make: () => MutableOccupant): Occupant {
    const occupant = this.#byNick.get(nick.key) ?? this.#add(make());
    this.#appear(occupant, session);
    this.#bySession.set(session.jid.text, occupant);
    this.#recipients = undefined;
    return occupant;
  }

  removeSession(session: string): void {
    const occupant = this.#bySession.get(session);
    if (occupant === undefined) return;
    this.#bySession.delete(session);
    occupant.sessions.delete(session);
    this.#recipients = undefined;
    const last = [...occupant.sessions.values()].at(-1);
    if (last !== undefined) {
      this.#appear(occupant, last);
      return;
    }
    this.#byNick.delete(occupant.nick.key);
    this.lookalikes.delete(occupant.nick.text);
    const { text } = occupant.account;
    const others = this.#byAccount.get(text)?.filter((other) => other !== occupant) ?? [];
    if (others.length > 0) this.#byAccount.set(text, others);
    else this.#byAccount.delete(text);
  }

  updateSession(occupant: Occupant, session: Session): void {
    this.#appear(this.#own(occupant), session);
  }

  change(occupant: Occupant, changes: Changes): void {
    Object.assign(this.#own(occupant), changes, { texts: {} });
  }

  rename(occupant: Occupant, nick: Nick, jid: FullJid): void {
    const own = this.#own(occupant);
    this.#byNick.delete(own.nick.key);
    this.lookalikes.delete(own.nick.text);
    Object.assign(own, { nick, jid, texts: {} });
    this.#byNick.set(nick.key, own);
    this.lookalikes.add(nick.text, own.account.text);
  }

  /** Returns the occupants of an account, or of all accounts of a domain. */
  concernedBy(jid: BareJid): Iterable<Occupant> {
    if (jid.local !== undefined) return this.#byAccount.get(jid.text) ?? [];
    return [...this.#byNick.values()].filter(({ account }) => account.domain === jid.domain);
  }

  #add(occupant: MutableOccupant): MutableOccupant {
    const { nick, account } = occupant;
    this.#byNick.set(nick.key, occupant);
    this.lookalikes.add(nick.text, account.text);
    const others = this.#byAccount.get(account.text);
    if (others === undefined) this.#byAccount.set(account.text, [occupant]);
    else others.push(occupant);
    return occupant;
  }

  /** Makes a session's presence the latest, which represents the occupant. */
  #appear(occupant: MutableOccupant, session: Session): void {
    occupant.sessions.delete(session.jid.text);
    occupant.sessions.set(session.jid.text, session);
    occupant.presence = session.presence;
    occupant.texts = {};
  }

  /** Returns an occupant in a form that can be changed. @throws Error if the occupant isn't in the room */
  #own(occupant: Occupant): MutableOccupant {
    const own = this.#byNick.get(occupant.nick.key);
    if (own !== occupant) throw new Error(`${occupant.jid.text} is no longer an occupant`);
    return own;
  }
}
