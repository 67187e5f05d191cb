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
 * A room is loaded when touched and dropped when idle. Where a transaction can't be committed, the rooms it changed
 * are forgotten, with all transactions of theirs that were still to be committed, and read again from the disk.
 */
import type { Logger } from "winston";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { NewRow } from "../../storage/outbox-row.js";
import type { StoredMessage } from "../../storage/rooms-archive.js";
import type { StoredRoom } from "../../storage/rooms-store.js";
import { isAccount, Jid, type AccountJid } from "../address.js";
import type { RoomsConfig } from "../config.js";
import type { Outbox, DeliveryStatus } from "../outbox/outbox.js";
import type { Owner } from "../outbox/owner-quotas.js";
import { TimeSlice } from "../time-slice.js";
import { Refusal } from "../refusal.js";
import { storedStanza } from "../xml/stored.js";
import { asStored, type StanzaFault, type WireText } from "../xml/wire-text.js";
import { roomError } from "./wire/errors.js";
import { readOptions, type Options } from "./room/options.js";
import { RemovedRooms } from "./room/removed-rooms.js";
import { Room } from "./room/room.js";
import { StanzaIds } from "./room/stable-ids.js";
import { readSubject } from "./features/subject.js";
import { Transaction, type Stores } from "./transaction.js";

export interface RoomsParts {
  readonly stores: Stores;
  readonly commit: GroupCommit;
  readonly outbox: Pick<Outbox, "accept" | "refuse">;
  readonly config: RoomsConfig;
  /** The most bytes of one stanza. */
  readonly stanzaBytes: number;
  readonly log: Logger;
}

/** A room that nobody touched for so long is dropped from memory; milliseconds. */
const IDLE_MS = 5 * 60_000;
const SWEEP_MS = 30_000;
/** Above so many rooms in memory, those go that nobody touched for a moment. */
const MANY = 5_000;
const BUSY_MS = 2_000;

export class Rooms {
  readonly stores: Stores;
  readonly config: RoomsConfig;
  readonly #parts: RoomsParts;
  readonly #stanzaIds: StanzaIds;
  /** All numbers given out by this process are higher. */
  readonly #first: number;
  /** By localpart; a destroyed one stays until that is committed. */
  readonly #loaded = new Map<string, Room>();
  /** The fingerprints of calls that are not committed yet, as text. */
  readonly repeats = new Set<string>();
  /**
   * Does, in a transaction of its own, what was decided for many rooms and is still to be done in one that is touched.
   * Returns whether the room is still there.
   */
  settleFirst: (room: Room) => boolean = () => true;
  readonly #sweeper: NodeJS.Timeout;
  readonly #removedRooms: RemovedRooms;
  #trimAt = MANY;
  #nextId: number;
  #count: number;

  constructor(parts: RoomsParts) {
    this.#parts = parts;
    this.stores = parts.stores;
    this.config = parts.config;
    const { archive, bulkRemoval, rooms } = parts.stores;
    this.#stanzaIds = new StanzaIds(Math.max(archive.newest(), bulkRemoval.newest()));
    this.#first = this.#stanzaIds.next();
    this.#nextId = rooms.nextId();
    this.#count = rooms.count();
    this.#removedRooms = new RemovedRooms(rooms.remains, parts.commit, parts.log);
    this.#removedRooms.clear();
    this.#sweeper = setInterval(() => void this.#sweepInSlices(performance.now() - IDLE_MS), SWEEP_MS);
    this.#sweeper.unref();
  }

  /** A stored message's text, by its id; checked where another process wrote it. @returns a fault as a value */
  readStored({ id, stanza }: Pick<StoredMessage, "id" | "stanza">): WireText | StanzaFault {
    return id > this.#first ? asStored(stanza) : storedStanza(stanza, this.#parts.stanzaBytes);
  }

  /** How many rooms are in memory. */
  get loaded(): number {
    return this.#loaded.size;
  }

  /** How many rooms there are. */
  get count(): number {
    return this.#count;
  }

  /** @param owner whose doing it will be */
  begin(owner?: Owner): Transaction {
    return new Transaction((count) => this.#stanzaIds.next(count), this.#parts.stanzaBytes, owner);
  }

  /** Why nothing is taken from somebody now; undefined where it is. */
  refuse(owner: Owner): Refusal | undefined {
    return this.#parts.outbox.refuse(owner);
  }

  find(jid: AccountJid): Room | undefined {
    const room = this.#loaded.get(jid.local) ?? this.#load(jid);
    if (room === undefined || room.isGone) return undefined;
    room.touchedAt = performance.now();
    return this.settleFirst(room) ? room : undefined;
  }

  /** @throws StanzaError item-not-found where there is no such room */
  get(jid: AccountJid): Room {
    const room = this.find(jid);
    if (room === undefined) throw roomError(jid, "cancel", "item-not-found", "There is no such room.");
    return room;
  }

  /** @throws StanzaError resource-constraint where there are too many rooms */
  create(transaction: Transaction, jid: AccountJid, options: Options, locked: boolean): Room {
    if (this.#count >= this.config.max_rooms) {
      throw roomError(
        jid,
        "wait",
        "resource-constraint",
        `There are ${this.#count} rooms, as many as there may be.`,
      );
    }
    const room = Room.create(transaction, this.#nextId, jid, options, locked);
    this.#nextId += 1;
    this.#count += 1;
    this.#loaded.set(jid.local, room);
    return room;
  }

  remove(transaction: Transaction, room: Room): void {
    room.remove(transaction);
    this.#count -= 1;
  }

  /** Makes what was said so far, and the vCard set last, readable from the disk. */
  settle(room: Room): void {
    if (room.unstored > 0) this.#parts.commit.flush();
  }

  /**
   * Commits a transaction, with further stanzas that belong to it.
   * @returns when its stanzas are routed, or safe in the queue; a refusal where nothing of it was done
   */
  async commit(
    transaction: Transaction,
    more: readonly NewRow<WireText>[] = [],
  ): Promise<DeliveryStatus | Refusal> {
    const rows = [...transaction.rows, ...more];
    const state = { isRun: false };
    this.#await(transaction, 1);
    const write = (): void => {
      state.isRun = true;
      this.#await(transaction, -1);
      this.#write(transaction);
    };
    const result = await this.#parts.outbox.accept(rows, write, transaction.owner);
    if (!state.isRun) this.#await(transaction, -1);
    transaction.done();
    if (result instanceof Refusal) this.abort(transaction);
    return result;
  }

  /** Forgets the rooms that a transaction changed which wasn't done whole. */
  abort(transaction: Transaction): void {
    transaction.done();
    for (const room of transaction.rooms) this.#giveUp(room);
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
    if (room.uncommitted === 0 && room.touchedAt === touchedAt) this.#unload(room);
  }

  stop(): void {
    clearInterval(this.#sweeper);
    this.#removedRooms.stop();
  }

  #load(jid: AccountJid): Room | undefined {
    const stored = this.stores.rooms.find(jid.local);
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
    if (room.uncommitted === 0 && room.touchedAt < since) this.#unload(room);
  }

  /** Keeps memory bounded where very many rooms are touched in a short time. */
  #trim(): void {
    if (this.#loaded.size < this.#trimAt) return;
    this.sweep(performance.now() - BUSY_MS);
    this.#trimAt = Math.max(MANY, this.#loaded.size * 2);
  }

  /** Counts a transaction among what is still to be committed, or no longer. */
  #await(transaction: Transaction, by: 1 | -1): void {
    for (const room of transaction.rooms) room.uncommitted += by;
    for (const room of transaction.onDisk) room.unstored += by;
  }

  /** Inside the transaction. */
  #write(transaction: Transaction): void {
    const rooms = [...transaction.rooms];
    try {
      if (rooms.some((room) => room.isLost)) throw new Error("what it builds on could not be stored");
      transaction.writeAll(this.stores);
    } catch (error) {
      for (const room of rooms) room.isLost = true;
      throw error;
    }
    for (const room of rooms) {
      if (!room.isGone) continue;
      this.#unload(room);
      this.#removedRooms.clear();
    }
  }

  /** What is in memory isn't on the disk: it is read again when it is next touched. */
  #giveUp(room: Room): void {
    room.isLost = true;
    this.#unload(room);
    this.#count = this.stores.rooms.count();
    this.#parts.log.warn(
      `The room ${room.jid.text} is read from the disk again: a change could not be stored`,
    );
  }

  #unload(room: Room): void {
    if (this.#loaded.get(room.jid.local) === room) this.#loaded.delete(room.jid.local);
  }

  #read(stored: StoredRoom, jid: AccountJid): Room {
    const { id, secret, createdAt, locked, options, subject } = stored;
    return new Room({
      id,
      jid,
      secret,
      createdAt,
      locked,
      options: readOptions(options, this.config),
      subject: subject === undefined ? undefined : readSubject(subject),
      members: this.stores.rooms.affiliationsOf(id),
      occupants: this.stores.rooms.occupantsOf(id),
      pictures: this.stores.vcards.picturesOf(id),
    });
  }
}

/** The address of a room of this domain by its name; undefined where it can't be one. */
export function roomJid(name: string, domain: string): AccountJid | undefined {
  const jid = Jid.of(name, domain);
  return jid !== undefined && isAccount(jid) ? jid : undefined;
}
