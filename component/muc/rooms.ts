/**
 * The component's rooms: a group-chat service (XEP-0045) on its own domain.
 *
 * Each stanza or call is handled in one transaction (transaction.ts) without waiting in between, so the events of a room
 * are sequential. A transaction first checks, then changes rooms in memory (room/room.ts) and decides what to send. All of
 * it is committed together: the rooms' rows, the archive's and the outgoing stanzas. As stanzas go through the outbox, they
 * keep their order, are never sent before they are on disk, and survive a crash.
 *
 *     routes.ts     the table of handlers
 *     features.ts   the table of features; features/ has one file for each
 *     room/         a room's state, changed only there
 *     occupancy/    entering, leaving, presence, nicknames, ghosts
 *     relay/        messages and requests between occupants
 *     admin/        affiliations, roles, configuration, destroying
 *     discovery/    service discovery of the service and its rooms
 *     archive/      storing, reading and searching messages
 *     api/          calls to rooms
 *     limits/       rate limits
 *     wire/         building stanzas and sending them to occupants
 *
 * A room is loaded when used and dropped when idle.
 */
import { counted } from "../counted.js";
import type { Logger } from "winston";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { RoomTombstone } from "../../storage/rooms-removals.js";
import type { LoadedRoom } from "../../storage/rooms-store.js";
import { isAccount, Jid, type AccountJid, type BareJid } from "../address.js";
import { TimeSlice } from "../meter.js";
import { Pruning } from "../pruning.js";
import { Tombstones, goneError } from "./room/tombstones.js";
import { readOptions } from "./room/options.js";
import type { RoomOptions } from "../room-options.js";
import { Room, type RoomRules } from "./room/room.js";
import { readSubject } from "./room/subject.js";
import type { ChangedRoom, Stores, Transaction } from "./transaction.js";
import { roomError } from "./wire/errors.js";

/** Milliseconds without use after which a room is dropped from memory. */
const IDLE_MS = 5 * 60_000;
const SWEEP_MS = 30_000;
/** With more rooms in memory, those unused for BUSY_MS are dropped. */
const MANY = 5_000;
const BUSY_MS = 2_000;
const REMOVAL = { round: 60_000, slice: 5, patience: 5 };

export class Rooms {
  /** By localpart; a deleted room stays until the commit. */
  readonly #loaded = new Map<string, Room>();
  /**
   * Applies pending work to a room before it is used, such as the removal of users, in a transaction of its own.
   * @returns whether the room still exists
   */
  settleFirst: (room: Room) => boolean = () => true;
  readonly #sweeper: NodeJS.Timeout;
  /** Deletes the data of deleted rooms. */
  readonly #removal: Pruning;
  readonly tombstones: Tombstones;
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
    this.tombstones = new Tombstones(stores.tombstones, rules.config);
    this.#removal = new Pruning(commit, [() => rooms.deletions.prune()], log, REMOVAL);
    this.#removal.start();
    this.#removal.soon();
    this.#sweeper = setInterval(() => void this.#sweepInSlices(performance.now() - IDLE_MS), SWEEP_MS);
    this.#sweeper.unref();
  }

  /** The number of rooms in memory. */
  get loaded(): number {
    return this.#loaded.size;
  }

  /** The number of rooms. */
  get count(): number {
    return this.#count;
  }

  find(jid: AccountJid): Room | undefined {
    const room = this.#loaded.get(jid.local) ?? this.#load(jid);
    if (room === undefined || room.isGone) return undefined;
    room.touchedAt = performance.now();
    return this.settleFirst(room) ? room : undefined;
  }

  /** @throws StanzaError item-not-found if the room doesn't exist, gone if it was destroyed */
  get(jid: AccountJid): Room {
    const room = this.find(jid);
    if (room !== undefined) return room;
    const tombstones = this.findTombstone(jid);
    if (tombstones !== undefined) throw goneError(jid, tombstones);
    throw roomError(jid, "cancel", "item-not-found", "This room does not exist.");
  }

  /** The tombstone of a destroyed room. */
  findTombstone(jid: AccountJid): RoomTombstone | undefined {
    // The room's deletion may not be committed yet.
    if (this.#loaded.get(jid.local)?.isGone === true) this.commit.flush();
    return this.tombstones.find(jid.local);
  }

  /**
   * Makes a room, which the caller has checked to be allowed, and removes the tombstone of its address.
   * @param made.locked whether it must be configured before others may enter
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
      throw roomError(jid, "wait", "resource-constraint", crowd);
    }
    const room = Room.create(transaction, { id: this.#nextId, jid, ...made }, rules);
    transaction.write(room, (stores) => stores.tombstones.remove(jid.local));
    this.#nextId += 1;
    this.#count += 1;
    this.#loaded.set(jid.local, room);
    rules.watch.made({ transaction, room });
    return room;
  }

  /** The number of rooms that an account owns, counted up to `most`. */
  countOwned(account: BareJid, most: number): number {
    // Rooms made just now may not be committed yet.
    this.commit.flush();
    return this.stores.rooms.countOwned(account.text, most);
  }

  remove(transaction: Transaction, room: Room): void {
    this.rules.watch.destroyed({ transaction, room });
    room.remove(transaction);
    this.#count -= 1;
  }

  /** Commits pending messages and vCards of a room, so that they can be read from disk. */
  settle(room: Pick<ChangedRoom, "unstored">): void {
    if (room.unstored > 0) this.commit.flush();
  }

  /** Drops rooms not used since then (milliseconds of performance.now()). */
  sweep(since: number): void {
    for (const room of this.#loaded.values()) this.#dropIdle(room, since);
  }

  /** Whether a room is in memory. */
  holds(jid: AccountJid): boolean {
    return this.#loaded.has(jid.local);
  }

  /** Drops a room if it wasn't used since `touchedAt`. */
  drop(room: Room, touchedAt: number): void {
    if (room.uncommitted === 0 && room.touchedAt === touchedAt) this.#forget(room);
  }

  /** Drops a room whose deletion is committed. */
  unload(room: ChangedRoom): void {
    this.#forget(room);
    this.#removal.soon();
  }

  /** Drops a room whose changes could not be stored; it is loaded again when used. */
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
    const room = this.#read(stored, jid);
    this.#loaded.set(jid.local, room);
    return room;
  }

  async #sweepInSlices(since: number): Promise<void> {
    const slice = new TimeSlice();
    for (const room of this.#loaded.values()) {
      this.#dropIdle(room, since);
      if (slice.isOver) await slice.yieldTurn();
    }
  }

  #dropIdle(room: Room, since: number): void {
    if (room.uncommitted === 0 && room.touchedAt < since) this.#forget(room);
  }

  /** Bounds memory when many rooms are used in a short time. */
  #trim(): void {
    if (this.#loaded.size < this.#trimAt) return;
    this.sweep(performance.now() - BUSY_MS);
    this.#trimAt = Math.max(MANY, this.#loaded.size * 2);
  }

  #forget(room: ChangedRoom): void {
    if (this.#loaded.get(room.jid.local) === room) this.#loaded.delete(room.jid.local);
  }

  #read(stored: LoadedRoom, jid: AccountJid): Room {
    const { options, subject, ...rest } = stored;
    const init = {
      ...rest,
      jid,
      options: readOptions(options, this.rules.config),
      subject: subject === undefined ? undefined : readSubject(subject),
    };
    return new Room(init, this.rules);
  }
}

/** The address of a room by its localpart; undefined if the localpart is invalid. */
export function roomJid(name: string, domain: string): AccountJid | undefined {
  const jid = Jid.of(name, domain);
  return jid !== undefined && isAccount(jid) ? jid : undefined;
}
