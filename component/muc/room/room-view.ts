import type { RoomsConfig } from "../../config.js";
import type { LoadedRoom, StoredRoomBot } from "../../../storage/rooms-store.js";
import { Jid, type AccountJid, type BareJid, type FullJid } from "../../addresses/address.js";
import { looksOf } from "../../addresses/lookalikes.js";
import { keyOf, occupantJid, type Nick } from "../../addresses/nick.js";
import { AffiliationList, type Affiliation, type Role } from "./affiliation.js";
import type { Hats } from "./hats.js";
import { Occupants, type Newcomer, type Occupant } from "./occupants.js";
import type { RoomOptions } from "../options/room-options.js";
import { occupantIdOf } from "./stable-ids.js";
import type { Subject } from "./subject.js";
import type { Condition, StanzaError } from "../../inbound/stanza-error.js";
import type { Element } from "../../xml/builder.js";
import { roomError } from "../wire/replies.js";
import type { ChangedRoom, Transaction } from "../transaction.js";

/** The resource of the session in which a bot is online. */
export const BOT_RESOURCE = "bot";
/** The role of bots in rooms: they may speak, also in moderated rooms. */
export const BOT_ROLE: Role = "participant";

/** The bots (hooks/known-bots.ts), which need no permission to post to rooms. */
export interface RoomBots {
  /** Returns the bare address for which a nickname is reserved. @param looks the nickname's looksOf() */
  reserver(room: string, looks: string): string | undefined;
  /** Returns the bots that post to a room, given by its address. */
  in(room: string): readonly RoomBot[];
}

export interface RoomBot {
  readonly jid: FullJid;
  readonly title: string;
  /** The children of the bot's presence, serialised. */
  readonly presence: string;
}

export interface Watched {
  readonly transaction: Transaction;
  readonly room: RoomView & ChangedRoom;
}

export interface WatchedMessage {
  readonly speaker: { readonly account: Jid; readonly nick: Nick };
  /** The message without the elements that the room adds. */
  readonly message: Element;
  readonly stanzaId: string;
  /** Whether the sender forbids storing the message (XEP-0334). */
  readonly isForbidden: boolean;
}

/** A moderator's retraction of a message (XEP-0425). */
export interface WatchedRetraction {
  readonly target: string;
  /** The moderator's nickname; undefined if the moderator isn't an occupant. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
}

/** A change of a room, or of its members, administrators and owners. */
export type RoomChange = "room.made" | "room.destroyed" | "member.in" | "member.out";

/** Notifies outgoing webhooks of events in rooms, within each event's transaction. */
export interface RoomWatch {
  said(watched: Watched, message: WatchedMessage): void;
  retracted(watched: Watched, retraction: WatchedRetraction): void;
  /** @param members the bare addresses of the members who came or went */
  changed(watched: Watched, change: RoomChange, members?: readonly string[]): void;
}

export interface RoomRules {
  readonly config: RoomsConfig;
  /** The service administrators (admin/service-admins.ts), who have an owner's rights in every room. */
  readonly admins: { has(jid: Jid): boolean };
  readonly hats: Hats;
  readonly bots: RoomBots;
  readonly watch: RoomWatch;
}

/** The stored state of a room, parsed. */
export interface RoomInit extends Omit<LoadedRoom, "name" | "listed" | "options" | "subject"> {
  readonly jid: AccountJid;
  readonly options: RoomOptions;
  readonly subject: Subject | undefined;
}

/** A room in memory, for reading. Room (room.ts) adds the methods that change it. */
export class RoomView {
  readonly id: number;
  readonly jid: AccountJid;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  /** The key from which occupant-ids are computed (XEP-0421). */
  protected readonly secret: Buffer;
  readonly options: RoomOptions;
  /** Whether only owners may enter, because the room was never configured. */
  readonly isLocked: boolean;
  readonly subject: Subject | undefined;
  /** The SHA-1 hash of each picture in the room's vCard, in hex. */
  readonly pictures: readonly string[];
  /** What remains of changes (admin/changing.ts), as text. */
  readonly changing: string | undefined;
  protected readonly affiliationList: AffiliationList;
  readonly affiliations: Omit<AffiliationList, "put" | "delete">;
  protected readonly occupantIndex = new Occupants();
  /** The occupants by the nickname's key (nick.ts), in the order of entering. */
  readonly occupants = this.occupantIndex.byNick;
  readonly sessions = this.occupantIndex.bySession;
  /** The bots that occupants see inside, by the nickname's key. They aren't occupants: nothing counts or removes them. */
  readonly bots: ReadonlyMap<string, Occupant>;

  constructor(
    init: RoomInit,
    protected readonly rules: RoomRules,
  ) {
    this.id = init.id;
    this.jid = init.jid;
    this.createdAt = init.createdAt;
    this.secret = init.secret;
    this.options = init.options;
    this.isLocked = init.locked;
    this.subject = init.subject;
    this.pictures = init.pictures;
    this.changing = init.changing;
    this.affiliationList = new AffiliationList(init.affiliations);
    this.affiliations = this.affiliationList;
    this.bots = this.botsOf(init.bots);
    for (const { jid: text, nick, role, presence, presentAt, isShown } of init.occupants) {
      const session = Jid.parse(text) as FullJid | undefined;
      const newcomer = { nick: { text: nick, key: keyOf(nick) }, role, isShown, presence };
      if (session !== undefined) this.addSession(session, newcomer, presentAt);
    }
  }

  /** Makes a stanza error that names the room in its attribute `by` (RFC 6120 §8.3.2). */
  error(condition: Condition, text?: string): StanzaError {
    return roomError(this.jid, condition, text);
  }

  get hasHats(): boolean {
    return this.rules.hats.areThere;
  }

  /** Whether others see the presence of occupants in this role (XEP-0045, muc#roomconfig_presencebroadcast). */
  isBroadcast(role: Role): boolean {
    return this.options.presenceBroadcast.some((each) => each === role);
  }

  get postingBots(): readonly RoomBot[] {
    return this.rules.bots.in(this.jid.text);
  }

  /** The full addresses of all sessions in the room. */
  get recipients(): readonly string[] {
    return this.occupantIndex.recipients;
  }

  /** Returns a user's affiliation, which is always "owner" for service administrators. */
  affiliationOf(jid: Jid): Affiliation {
    return this.isServiceAdmin(jid) ? "owner" : this.affiliationList.affiliationOf(jid);
  }

  isServiceAdmin(jid: Jid): boolean {
    return this.rules.admins.has(jid);
  }

  /** Returns the occupants of an account: several if the account is inside with different nicknames. */
  occupantsOf(account: BareJid): Occupant[] {
    return [...(this.occupantIndex.byAccount.get(account.text) ?? [])];
  }

  isInside(account: BareJid): boolean {
    return this.occupantIndex.byAccount.has(account.text);
  }

  /** Returns the occupants to which the affiliation of an account or a domain applies. */
  concernedBy(jid: BareJid): Iterable<Occupant> {
    return this.occupantIndex.concernedBy(jid);
  }

  occupantIdOf(account: BareJid): string {
    return occupantIdOf(this.secret, account);
  }

  /** Whether an account may use a nickname: no other account uses or has reserved the same or a similar one. */
  isFree(nick: Nick, account: BareJid): boolean {
    const occupant = this.occupants.get(nick.key) ?? this.bots.get(nick.key);
    const isFree =
      (occupant?.account.equals(account) ?? true) && this.affiliationList.isFreeFor(nick.key, account);
    if (!isFree || this.#looksLikeAnothers(nick, account)) return false;
    const isTheirs = occupant !== undefined || this.affiliationList.reserver(nick.key) === account.text;
    const reserver = isTheirs ? undefined : this.rules.bots.reserver(this.jid.text, looksOf(nick.text));
    return reserver === undefined || reserver === account.text;
  }

  #looksLikeAnothers(nick: Nick, account: BareJid): boolean {
    const looks = looksOf(nick.text);
    const { occupantIndex: inside, affiliationList: reserved } = this;
    const sameKey = inside.byNick.get(looks)?.account.text ?? reserved.reserver(looks);
    const holders = [
      looks === nick.key ? undefined : sameKey,
      inside.lookalikes.holder(looks),
      reserved.lookalikes.holder(looks),
    ];
    return holders.some((holder) => holder !== undefined && holder !== account.text);
  }

  /** The members, administrators and owners whom the next message invites. */
  get absentMembers(): readonly string[] {
    return this.affiliationList.uninvited.filter((jid) => !this.occupantIndex.byAccount.has(jid));
  }

  /** Adds a session. @param presentAt the time of the session's presence, in microseconds since 1970 */
  protected addSession(jid: FullJid, newcomer: Newcomer, presentAt: number): Occupant {
    const { rules, secret } = this;
    const account = jid.bare;
    const { nick, presence } = newcomer;
    return this.occupantIndex.addSession({ jid, presence, presentAt }, nick, () => {
      let id: string | undefined;
      return {
        ...newcomer,
        account,
        jid: this.addressOf(nick),
        affiliation: this.affiliationOf(jid),
        sessions: new Map(),
        texts: {},
        // Computed when they are needed: large rooms load faster, and many occupants' presences are never sent.
        get id() {
          return (id ??= occupantIdOf(secret, account));
        },
        get hats() {
          return rules.hats.of(account);
        },
      };
    });
  }

  /** Returns bots as occupants see them, by the nickname's key. */
  protected botsOf(stored: readonly StoredRoomBot[]): ReadonlyMap<string, Occupant> {
    return new Map(
      stored.flatMap(({ name, nick: text, affiliation, presence }) => {
        const session = Jid.of(name, this.jid.domain, BOT_RESOURCE) as FullJid | undefined;
        if (session === undefined) return [];
        const nick = { text, key: keyOf(text) };
        const account = session.bare;
        const bot: Occupant = {
          nick,
          account,
          affiliation,
          presence,
          jid: this.addressOf(nick),
          id: this.occupantIdOf(account),
          hats: undefined,
          role: BOT_ROLE,
          isShown: true,
          sessions: new Map([[session.text, { jid: session, presence, presentAt: 0 }]]),
          texts: {},
        };
        return [[nick.key, bot] as const];
      }),
    );
  }

  /** Returns the address in the room of an occupant with this nickname. */
  protected addressOf(nick: Nick): FullJid {
    const jid = occupantJid(this.jid, nick);
    if (jid === undefined) throw new Error(`${nick.text} fits in no address`);
    return jid;
  }
}
