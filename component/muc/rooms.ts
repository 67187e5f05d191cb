/**
 * The component's rooms: a group-chat service (XEP-0045) on its own domain.
 *
 * A stanza or a call is handled in one **transaction** (transaction.ts), without waiting in between, so the events of
 * a room come one after another by construction. A transaction checks first; then it changes rooms (room/room.ts: in
 * memory, noting what to write) and decides what is said; then all of it — the rooms' rows, the archive's, and the
 * stanzas to send — goes to the disk in one transaction of the database, together with others of the same time.
 * Whatever rooms say goes through the outbox, hence in the order in which it was decided, never before the disk has
 * it, and to the end after a crash.
 *
 *     routes.ts     the table: which stanza is handled where
 *     features.ts   the table: what a room can do; features/ holds one file for each
 *     room/         a room's state, changed there alone
 *     occupancy/    entering, leaving, presence, nicknames, ghosts
 *     relay/        what occupants send each other
 *     admin/        affiliations, roles, configuration, destroying
 *     discovery/    what rooms say of themselves, and to whom
 *     archive/      what is kept, and reading it
 *     api/          what calls do in rooms
 *     limits/       how much a user may do, and when they are answered
 *     wire/         who is told what, in which form
 *
 * A room is loaded when touched and dropped when idle.
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

/** A room that nobody touched for so long is dropped from memory; milliseconds. */
const IDLE_MS = 5 * 60_000;
const SWEEP_MS = 30_000;
/** Above so many rooms in memory, those go that nobody touched for a moment. */
const MANY = 5_000;
const BUSY_MS = 2_000;
const REMOVAL = { round: 60_000, slice: 5, patience: 5 };

export class Rooms {
  /** By localpart; a destroyed one stays until that is committed. */
  readonly #loaded = new Map<string, Room>();
  /**
   * Does, in a transaction of its own, what was decided for many rooms and is still to be done in one that is touched.
   * Returns whether the room is still there.
   */
  settleFirst: (room: Room) => boolean = () => true;
  readonly #sweeper: NodeJS.Timeout;
  /** Deletes what is left of destroyed rooms. */
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

  /** How many rooms are in memory. */
  get loaded(): number {
    return this.#loaded.size;
  }

  /** How many rooms there are. */
  get count(): number {
    return this.#count;
  }

  find(jid: AccountJid): Room | undefined {
    const room = this.#loaded.get(jid.local) ?? this.#load(jid);
    if (room === undefined || room.isGone) return undefined;
    room.touchedAt = performance.now();
    return this.settleFirst(room) ? room : undefined;
  }

  /** @throws StanzaError item-not-found where there is no such room, gone where it was destroyed */
  get(jid: AccountJid): Room {
    const room = this.find(jid);
    if (room !== undefined) return room;
    const tombstones = this.findTombstone(jid);
    if (tombstones !== undefined) throw goneError(jid, tombstones);
    throw roomError(jid, "cancel", "item-not-found", "There is no such room.");
  }

  /** A room that was destroyed, and whose address is kept from others. */
  findTombstone(jid: AccountJid): RoomTombstone | undefined {
    // Its end may not be committed yet.
    if (this.#loaded.get(jid.local)?.isGone === true) this.commit.flush();
    return this.tombstones.find(jid.local);
  }

  /**
   * Whether it may be made is its callers' business; a destroyed one of this address is forgotten.
   * @param made.locked whether its maker still has to configure it
   * @throws StanzaError resource-constraint where there are too many rooms
   */
  create(
    transaction: Transaction,
    jid: AccountJid,
    made: { readonly options: RoomOptions; readonly locked: boolean },
  ): Room {
    const { rules } = this;
    const { config } = rules;
    if (this.#count >= config.max_rooms) {
      const crowd = `The limit of ${counted(this.#count, "room")} is reached.`;
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

  /** How many rooms an account owns; no more than this are counted. */
  countOwned(account: BareJid, most: number): number {
    // Those that it has just made aren't committed yet.
    this.commit.flush();
    return this.stores.rooms.countOwned(account.text, most);
  }

  remove(transaction: Transaction, room: Room): void {
    this.rules.watch.destroyed({ transaction, room });
    room.remove(transaction);
    this.#count -= 1;
  }

  /** Makes what was said so far, and the vCard set last, readable from the disk. */
  settle(room: Pick<ChangedRoom, "unstored">): void {
    if (room.unstored > 0) this.commit.flush();
  }

  /** Drops the rooms that were not touched since then (milliseconds of performance.now()). */
  sweep(since: number): void {
    for (const room of this.#loaded.values()) this.#dropIdle(room, since);
  }

  /** Whether a room is in memory. */
  holds(jid: AccountJid): boolean {
    return this.#loaded.has(jid.local);
  }

  /** Drops a room that nobody touched since then. */
  drop(room: Room, touchedAt: number): void {
    if (room.uncommitted === 0 && room.touchedAt === touchedAt) this.#forget(room);
  }

  /** A room's end is on the disk. */
  unload(room: ChangedRoom): void {
    this.#forget(room);
    this.#removal.soon();
  }

  /** What is in memory isn't on the disk: the room is read again when it is next touched. */
  reread(room: ChangedRoom): void {
    room.isLost = true;
    this.#forget(room);
    this.#count = this.stores.rooms.count();
    this.log.warn(`The room ${room.jid.text} is read from the disk again: a change could not be stored`);
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

  /** Keeps memory bounded where very many rooms are touched in a short time. */
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

/** The address of a room of this domain by its name; undefined where it can't be one. */
export function roomJid(name: string, domain: string): AccountJid | undefined {
  const jid = Jid.of(name, domain);
  return jid !== undefined && isAccount(jid) ? jid : undefined;
}
