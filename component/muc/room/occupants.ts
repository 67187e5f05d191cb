import type { StoredRoomBot } from "../../../storage/rooms-store.js";
import { BOT_HATS } from "./hats.js";
import { Jid, type BareJid, type FullJid } from "../../addresses/address.js";
import { Lookalikes } from "../../addresses/lookalikes.js";
import { nickKeyOf, occupantJid, type Nick } from "../../addresses/nick.js";
import type { Element } from "../../xml/builder.js";
import type { WireText } from "../../xml/wire-text.js";
import type { ChangedRoom, Transaction } from "../transaction.js";
import type { Affiliation, Role } from "./affiliation.js";
import { BOT_RESOURCE, BOT_ROLE, type RoomRules } from "./room-rules.js";

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

type MutableOccupant = { -readonly [K in keyof Omit<Occupant, "sessions">]: Occupant[K] } & {
  readonly sessions: Map<string, Session>;
};

/** The attributes of a new occupant that the caller determines. */
export type Newcomer = Pick<Occupant, "nick" | "role" | "isShown">;

/** The part of a room that its occupants depend on. */
interface OccupiedRoom extends ChangedRoom {
  readonly id: number;
  readonly rules: Pick<RoomRules, "hats">;
  affiliationOf(jid: Jid): Affiliation;
  occupantIdOf(account: BareJid): string;
}

/** A room's occupants by nickname, session and account. Methods with a transaction also add database writes. */
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

  constructor(private readonly room: OccupiedRoom) {}

  get recipients(): readonly string[] {
    this.#recipients ??= [...this.#bySession.keys()];
    return this.#recipients;
  }

  /** Adds a session to the occupant with the nickname, or to a new occupant. */
  add(session: Session, newcomer: Newcomer): Occupant {
    const occupant = this.#byNick.get(newcomer.nick.key) ?? this.#enter(session, newcomer);
    this.#appear(occupant, session);
    this.#bySession.set(session.jid.text, occupant);
    this.#recipients = undefined;
    return occupant;
  }

  /** Removes a session, and an occupant without sessions. */
  remove(transaction: Transaction, session: string): void {
    const occupant = this.#bySession.get(session);
    if (occupant === undefined) return;
    transaction.write(this.room, ({ rooms }) => rooms.removeOccupant(this.room.id, session));
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

  /** Stores a session's new presence. @param presence the presence's children, serialised */
  setPresence(transaction: Transaction, occupant: Occupant, jid: string, presence: string): void {
    const session = occupant.sessions.get(jid);
    if (session === undefined) return;
    this.#appear(this.#own(occupant), { jid: session.jid, presence, presentAt: transaction.nextStanzaId() });
    this.save(transaction, occupant, [jid]);
  }

  change(transaction: Transaction, occupant: Occupant, changes: Partial<Omit<Newcomer, "nick">>): void {
    Object.assign(this.#own(occupant), changes, { texts: {} });
    this.save(transaction, occupant);
  }

  rename(transaction: Transaction, occupant: Occupant, nick: Nick): void {
    const own = this.#own(occupant);
    this.#byNick.delete(own.nick.key);
    this.lookalikes.delete(own.nick.text);
    Object.assign(own, { nick, jid: this.#addressOf(nick), texts: {} });
    this.#byNick.set(nick.key, own);
    this.lookalikes.add(nick.text, own.account.text);
    this.save(transaction, occupant);
  }

  /** Gives the occupants to which an affiliation applies the one that they have now. */
  recallAffiliation(jid: BareJid): void {
    for (const occupant of this.concernedBy(jid))
      Object.assign(this.#own(occupant), {
        affiliation: this.room.affiliationOf(occupant.account),
        texts: {},
      });
  }

  /** Returns the occupants of an account, or of all accounts of a domain. */
  concernedBy(jid: BareJid): Iterable<Occupant> {
    if (jid.local !== undefined) return this.#byAccount.get(jid.text) ?? [];
    return [...this.#byNick.values()].filter(({ account }) => account.domain === jid.domain);
  }

  /** Returns bots as occupants see them, by the nickname's key. */
  botsOf(stored: readonly StoredRoomBot[]): ReadonlyMap<string, Occupant> {
    return new Map(
      stored.flatMap(({ name, nick: text, affiliation, presence }) => {
        const jid = Jid.of(name, this.room.jid.domain, BOT_RESOURCE) as FullJid | undefined;
        if (jid === undefined) return [];
        const session = { jid, presence, presentAt: 0 };
        const made = this.#make(session, { nick: nickOf(text), role: BOT_ROLE, isShown: true });
        const sessions = new Map([[jid.text, session]]);
        return [[made.nick.key, { ...made, affiliation, hats: BOT_HATS, sessions }] as const];
      }),
    );
  }

  save(
    transaction: Transaction,
    occupant: Occupant,
    jids: Iterable<string> = occupant.sessions.keys(),
  ): void {
    const { nick, role, isShown, sessions } = occupant;
    for (const jid of jids) {
      const session = sessions.get(jid);
      if (session === undefined || role === "none") throw new Error("an occupant without a role");
      const { presence, presentAt } = session;
      const stored = { jid, nick: nick.text, role, presence, presentAt, isShown };
      transaction.write(this.room, ({ rooms }) => rooms.putOccupant(this.room.id, stored));
    }
  }

  #enter(session: Session, newcomer: Newcomer): MutableOccupant {
    const occupant = this.#make(session, newcomer);
    const { nick, account } = occupant;
    this.#byNick.set(nick.key, occupant);
    this.lookalikes.add(nick.text, account.text);
    const others = this.#byAccount.get(account.text);
    if (others === undefined) this.#byAccount.set(account.text, [occupant]);
    else others.push(occupant);
    return occupant;
  }

  #make({ jid, presence }: Session, { nick, role, isShown }: Newcomer): MutableOccupant {
    const { room } = this;
    const account = jid.bare;
    let id: string | undefined;
    return {
      nick,
      account,
      role,
      isShown,
      presence,
      jid: this.#addressOf(nick),
      affiliation: room.affiliationOf(jid),
      sessions: new Map(),
      texts: {},
      // Computed when they are needed: large rooms load faster, and many occupants' presences are never sent.
      get id() {
        return (id ??= room.occupantIdOf(account));
      },
      get hats() {
        return room.rules.hats.of(account, room.jid.bare.text);
      },
    };
  }

  #addressOf(nick: Nick): FullJid {
    const jid = occupantJid(this.room.jid, nick);
    if (jid === undefined) throw new Error(`${nick.text} fits in no address`);
    return jid;
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

export function nickOf(text: string): Nick {
  return { text, key: nickKeyOf(text) };
}
