/**
 * The component's rooms (XEP-0045) on its own domain. A room is loaded into memory when it is used, and dropped when it
 * is idle.
 *
 * Each stanza or call is handled in one transaction (transaction.ts) without waiting in between, so the events of a
 * room are sequential. A handler checks the request, changes rooms in memory (room/room.ts) and adds the stanzas to
 * send. Rows and stanzas are committed together; stanzas go through the outbox, so they keep their order.
 */
import { counted } from "../wording.js";
import type { Logger } from "winston";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { RoomTombstone } from "../../storage/room-tombstones.js";
import { isAccount, Jid, type AccountJid, type BareJid } from "../addresses/address.js";
import { StanzaError } from "../inbound/stanza-error.js";
import { Pruning } from "../limits/pruning.js";
import { readOptions, type RoomOptions } from "./options/room-options.js";
import { Room } from "./room/room.js";
import type { RoomRules } from "./room/room-rules.js";
import { readSubject } from "./room/subject.js";
import type { ChangedRoom, Stores, Transaction } from "./transaction.js";
import { roomError } from "./wire/replies.js";

/** How long an unused room stays in memory, in milliseconds. */
const IDLE_MS = 5 * 60_000;
const SWEEP_MS = 30_000;
const DAY_MS = 24 * 3600 * 1000;
/** How many rooms may be in memory before rooms unused for BUSY_MS are dropped. */
const MANY = 5_000;
/** How long an unused room stays in memory if MANY rooms are in memory, in milliseconds. */
const BUSY_MS = 2_000;
/** The pauses in deleting data of deleted rooms, in milliseconds (PruningTimes). */
const REMOVAL = { round: 60_000, slice: 5, patience: 5 };

export class Rooms {
  /** The rooms in memory by localpart. A deleted room stays until its deletion is committed. */
  readonly #loaded = new Map<string, Room>();
  /** Does pending work, such as removing users, before a room is used. @returns whether the room still exists */
  settleFirst: (room: Room) => boolean = () => true;
  readonly #sweeper: NodeJS.Timeout;
  readonly #removal: Pruning;
  /** How many rooms must be in memory for #trim() to drop rooms. */
  #trimAt = MANY;
  #nextId: number;
  #count: number;

  constructor(
    private readonly stores: Stores,
    private readonly commit: GroupCommit,
    private readonly rules: RoomRules,
    private readonly log: Logger,
  ) {
    const { rooms } = stores;
    this.#nextId = rooms.nextId();
    this.#count = rooms.count();
    this.#removal = new Pruning(commit, [() => rooms.prune()], log, REMOVAL);
    this.#removal.start();
    this.#removal.soon();
    this.#sweeper = setInterval(() => this.sweep(performance.now() - IDLE_MS), SWEEP_MS).unref();
  }

  get loaded(): number {
    return this.#loaded.size;
  }

  get count(): number {
    return this.#count;
  }

  find(jid: AccountJid): Room | undefined {
    const room = this.#loaded.get(jid.local) ?? this.#load(jid);
    if (room === undefined || room.isGone) return undefined;
    room.touchedAt = performance.now();
    return this.settleFirst(room) ? room : undefined;
  }

  /** Returns the room with this address. @throws StanzaError item-not-found, or gone if it was destroyed */
  get(jid: AccountJid): Room {
    const room = this.find(jid);
    if (room !== undefined) return room;
    const tombstone = this.findTombstone(jid);
    throw tombstone === undefined
      ? roomError(jid, "item-not-found", "This room does not exist.")
      : goneError(jid, tombstone);
  }

  /**
   * Returns the tombstone of the destroyed room with this address, if there is one. Tombstones reserve addresses for
   * former owners, during rooms.tombstone_days. Otherwise, a client that enters automatically would create the room again
   * and own it. (XEP-0045 §10.9 leaves this open.)
   */
  findTombstone(jid: AccountJid): RoomTombstone | undefined {
    // The room's deletion may not be committed yet.
    if (this.#loaded.get(jid.local)?.isGone === true) this.commit.flush();
    const tombstone = this.stores.tombstones.find(jid.local);
    const isExpired = tombstone && tombstone.destroyedAt <= this.tombstonesSince(Date.now());
    return isExpired === true ? undefined : tombstone;
  }

  /** Returns the time of destruction before which tombstones have expired. @param now milliseconds since 1970 */
  tombstonesSince(now: number): number {
    return now - this.rules.config.tombstone_days * DAY_MS;
  }

  /** Whether one of these users may create the destroyed room again: a former owner or a service administrator. */
  mayRecreate({ owners }: RoomTombstone, jids: readonly Jid[]): boolean {
    return jids.some((jid) => owners.includes(jid.bare.text) || this.rules.admins.has(jid));
  }

  /**
   * Creates a room, and removes the tombstone of its address. The caller has checked the user's permission.
   * @param made.locked whether the owner must configure the room before others may enter
   * @throws StanzaError resource-constraint if there are too many rooms
   */
  create(
    transaction: Transaction,
    jid: AccountJid,
    made: { readonly options: RoomOptions; readonly locked: boolean },
  ): Room {
    const { rules } = this;
    const { config } = rules;
    if (this.#count >= config.max_rooms) {
      const crowd = `The limit of ${counted(config.max_rooms, "room")} is reached.`;
      throw roomError(jid, "resource-constraint", crowd);
    }
    const room = Room.create(transaction, { id: this.#nextId, jid, ...made }, rules);
    transaction.write(room, (stores) => stores.tombstones.remove(jid.local));
    this.#nextId += 1;
    this.#count += 1;
    this.#loaded.set(jid.local, room);
    rules.watch.changed({ transaction, room }, "room.made");
    return room;
  }

  /** Returns how many rooms an account owns, or `most` if it owns more. */
  countOwned(account: BareJid, most: number): number {
    // Rooms that were created just now may not be committed yet.
    this.commit.flush();
    return this.stores.rooms.countOwned(account.text, most);
  }

  /** Deletes a room with all its data. */
  remove(transaction: Transaction, room: Room): void {
    this.rules.watch.changed({ transaction, room }, "room.destroyed");
    room.remove(transaction);
    this.#count -= 1;
  }

  /** Commits a room's pending data that isn't held in memory, such as messages, so that it can be read. */
  settle(room: Pick<Room, "unstored">): void {
    if (room.unstored > 0) this.commit.flush();
  }

  /** Drops from memory the rooms that weren't used after `since` (milliseconds of performance.now()). */
  sweep(since: number): void {
    for (const room of this.#loaded.values())
      if (room.uncommitted === 0 && room.touchedAt <= since) this.#forget(room);
  }

  /** Returns how many sessions are in a room; 0 if the room isn't in memory. @param room bare address */
  sessionsIn(room: string): number {
    return this.#loaded.get(room.slice(0, room.indexOf("@")))?.sessions.size ?? 0;
  }

  /** Whether a session is in a room; false if the room isn't in memory. @param room bare address */
  isInside(room: string, session: string): boolean {
    return this.#loaded.get(room.slice(0, room.indexOf("@")))?.sessions.has(session) ?? false;
  }

  unload(room: ChangedRoom): void {
    this.#forget(room);
    this.#removal.soon();
  }

  /** Drops a room from memory because its changes could not be stored. It is loaded again when it is used. */
  reread(room: ChangedRoom): void {
    room.isLost = true;
    this.#forget(room);
    this.#count = this.stores.rooms.count();
    this.log.warn(
      `A change of the room ${room.jid.text} could not be stored; the room is read from the disk again`,
    );
  }

  stop(): void {
    clearInterval(this.#sweeper);
    this.#removal.stop();
  }

  #load(jid: AccountJid): Room | undefined {
    const stored = this.stores.rooms.load(jid.local);
    if (stored === undefined) return undefined;
    this.#trim();
    const { options, subject, ...rest } = stored;
    const known = {
      options: readOptions(options, this.rules.config),
      subject: subject === undefined ? undefined : readSubject(subject),
    };
    const room = new Room({ ...rest, ...known, jid }, this.rules);
    this.#loaded.set(jid.local, room);
    return room;
  }

  /** If very many rooms are loaded, drops recently used rooms from memory, too. */
  #trim(): void {
    if (this.#loaded.size < this.#trimAt) return;
    this.sweep(performance.now() - BUSY_MS);
    this.#trimAt = Math.max(MANY, this.#loaded.size * 2);
  }

  #forget(room: ChangedRoom): void {
    if (this.#loaded.get(room.jid.local) === room) this.#loaded.delete(room.jid.local);
  }
}

/** Returns the address of the room with this localpart; undefined if the localpart is invalid. */
export function roomJid(name: string, domain: string): AccountJid | undefined {
  const jid = Jid.of(name, domain);
  return jid !== undefined && isAccount(jid) ? jid : undefined;
}

/** Returns the error for requests to a destroyed room (RFC 6120 §8.3.3.5), with the alternative room. */
export function goneError(room: AccountJid, { reason, alternative }: RoomTombstone): StanzaError {
  return new StanzaError("cancel", "gone", reason ?? "The room was destroyed.", {
    by: room.text,
    elsewhere: alternative === undefined ? undefined : `xmpp:${alternative}?join`,
  });
}
