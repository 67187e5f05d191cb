import type { Database } from "../../storage/database.js";
import type { Fingerprints } from "../../storage/fingerprints.js";
import type { NewRow, Origin } from "../../storage/outbox-row.js";
import { RoomsActivity, RoomsInvitations } from "../../storage/rooms-users.js";
import { RoomsArchive } from "../../storage/rooms-archive.js";
import { RoomsArchiveReads } from "../../storage/rooms-archive-reads.js";
import { RoomsFuture } from "../../storage/rooms-future.js";
import { RoomTombstones } from "../../storage/room-tombstones.js";
import { UserRemovals } from "../../storage/user-removals.js";
import { RoomsStore, RoomsVcards } from "../../storage/rooms-store.js";
import type { Account } from "../../storage/unit-of-work.js";
import type { AccountJid } from "../addresses/address.js";
import type { Acceptance, Outbox } from "../outbox/outbox.js";
import { QUEUED } from "../outbox/pending-calls.js";
import { originOf } from "../outbox/row-stanzas.js";
import { StanzaError } from "../inbound/stanza-error.js";
import { Refusal } from "../refusal.js";
import type { Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import type { StanzaIds } from "./room/stable-ids.js";
import { batches } from "../xml/splice.js";
import { fits, inOneWrite, LEFT_FREE, mustFit, type WireText } from "../xml/wire-text.js";

export type Stores = ReturnType<typeof storesIn>;

/** Opens the stores. Fingerprints have a store, because messages to empty rooms have no outbox row to store one. */
export function storesIn(db: Database, fingerprints: Fingerprints) {
  return {
    rooms: new RoomsStore(db),
    archive: new RoomsArchive(db),
    /** Reads of archives and histories, in steps: they run metered (meter.ts) and are charged to the user. */
    reads: new RoomsArchiveReads(db),
    activity: new RoomsActivity(db),
    future: new RoomsFuture(db),
    fingerprints,
    userRemovals: new UserRemovals(db),
    invitations: new RoomsInvitations(db),
    vcards: new RoomsVcards(db),
    tombstones: new RoomTombstones(db),
  };
}

/** The part of a room that transactions use. */
export interface ChangedRoom {
  readonly jid: AccountJid;
  /**
   * Whether a transaction has deleted the room, though it may not be committed yet. Never reset: if the deletion can't be
   * stored, the object is lost, and a new one is loaded. Once it is committed, the room leaves memory (Rooms.unload()).
   */
  readonly isGone: boolean;
  /**
   * Whether the room in memory differs from the database, because a change could not be stored. Set once, by Transactions or
   * Rooms.reread(), and never reset: the object leaves memory. Uncommitted transactions that hold it fail, as they build on
   * what wasn't stored.
   */
  isLost: boolean;
  /** How many uncommitted transactions change the room; only Transactions counts. While there are any, it stays in memory. */
  uncommitted: number;
  /**
   * How many of them change data that isn't held in memory, such as messages. Whoever reads such data commits them first
   * (Rooms.settle()).
   */
  unstored: number;
}

/** A database write. @param first the id of the transaction's first outbox row; undefined if it has no rows */
type Write = (stores: Stores, first: number | undefined) => void;

/** The limit for stanzas to one receiver that share an outbox row, in bytes. */
const BATCH = 32 * 1024;

/**
 * Collects the database writes and outgoing stanzas of one stanza or call. They are committed together, so no stanza
 * announces a change that isn't on disk, every stored change is announced, and stanzas keep the order of the changes.
 */
export class Transaction {
  readonly at = Date.now();
  readonly rows: NewRow<WireText>[] = [];
  readonly rooms = new Set<ChangedRoom>();
  /** The rooms in which the transaction changes data that isn't held in memory. */
  readonly onDisk = new Set<ChangedRoom>();
  /** How many bytes the outgoing stanzas have, for all receivers together, and those of later steps. */
  bytes = 0;
  /** How many stanzas go out, for all receivers together. */
  stanzas = 0;
  /**
   * Whether further transactions complete the change (admin/changing.ts, which alone sets it). What is left to do is stored in
   * the same commit, so that it goes on after a restart; the call is answered as queued, though this part is stored.
   */
  isContinued = false;
  readonly writes: Write[] = [];
  /**
   * Callbacks that run once: after the commit, after its failure, or if the work throws or is refused. They aren't told which,
   * so what they do must hold for each. Those of a transaction that has nothing to store and to send may not run.
   */
  readonly whenDone: (() => void)[] = [];

  /** @param account the owner of the outbox quota that is charged; undefined for the component's own work */
  constructor(
    private readonly stanzaIds: StanzaIds,
    private readonly stanzaBytes: number,
    readonly account?: Account,
  ) {}

  get isEmpty(): boolean {
    return this.rows.length === 0 && this.writes.length === 0;
  }

  nextStanzaId(count = 1): number {
    return this.stanzaIds.next(count);
  }

  /** Adds a database write for a room; does nothing if the room is deleted. */
  write(room: ChangedRoom, work: Write): void {
    if (room.isGone) return;
    this.rooms.add(room);
    this.writes.push(work);
  }

  /** Like write(), for a room's data that isn't held in memory: archive, vCard, invitations. */
  writeOnDisk(room: ChangedRoom, work: Write): void {
    this.onDisk.add(room);
    this.write(room, work);
  }

  fits(stanza: WireText): boolean {
    return fits(stanza, this.stanzaBytes - LEFT_FREE.complete);
  }

  /** Sends a complete stanza to the receiver in its `to`. @throws StanzaTooLarge */
  send(stanza: Element): void {
    this.sendText(serialise(stanza), originOf(stanza));
  }

  /** Sends a complete serialised stanza. @throws StanzaTooLarge */
  sendText(stanza: WireText, origin: Origin): void {
    mustFit(stanza, this.stanzaBytes - LEFT_FREE.complete);
    this.#add({ ...origin, stanza }, 1, stanza.length);
  }

  /** Sends a stanza without `to` to many receivers, given by their addresses. @throws StanzaTooLarge */
  broadcast(stanza: Element, recipients: readonly string[]): void {
    this.broadcastText(serialise(stanza), recipients, originOf(stanza));
  }

  /** Sends a serialised stanza without `to` to many receivers. @throws StanzaTooLarge */
  broadcastText(stanza: WireText, recipients: readonly string[], origin: Origin): void {
    this.mustFitBroadcast(stanza);
    const { length } = recipients;
    if (length > 0) this.#add({ ...origin, stanza, recipients }, length, stanza.length * length);
  }

  /** Checks whether a stanza without `to` can be sent to many receivers. @throws StanzaTooLarge */
  mustFitBroadcast(stanza: WireText): void {
    mustFit(stanza, this.stanzaBytes - LEFT_FREE.kept);
  }

  /** Sends presences from a room to one receiver, in order. @throws StanzaTooLarge */
  sendPresences(room: ChangedRoom, stanzas: Iterable<WireText>, receiver: string): void {
    const origin: Origin = { kind: "presence", sender: room.jid.text, receiver };
    for (const some of batches(stanzas, BATCH)) {
      for (const one of some) mustFit(one, this.stanzaBytes - LEFT_FREE.complete);
      const stanza = inOneWrite(some);
      this.#add({ ...origin, stanza, stanzas: some.length }, some.length, stanza.length);
    }
  }

  #add(row: Omit<NewRow<WireText>, "acceptedAt">, stanzas: number, bytes: number): void {
    this.stanzas += stanzas;
    this.bytes += bytes;
    this.rows.push({ ...row, acceptedAt: this.at });
  }
}

/**
 * Runs and commits transactions, each in one of two ways: change() for work that returns its refusal, do() for work that
 * throws it. Either everything that the work did is stored and sent, or nothing. Simultaneous transactions share a commit.
 * If one fails, the rooms that it changed are loaded from the database again, and other uncommitted transactions of these
 * rooms fail, too.
 */
export class Transactions {
  /** The fingerprints of uncommitted calls, in base64. */
  readonly #uncommitted = new Set<string>();

  /** @param begin makes a transaction whose stanzas are charged to the account */
  constructor(
    private readonly rooms: Readonly<Record<"unload" | "reread", (room: ChangedRoom) => void>>,
    private readonly stores: Stores,
    private readonly outbox: Pick<Outbox, "accept" | "refuse">,
    private readonly begin: (account?: Account) => Transaction,
  ) {}

  refuse(account: Account): Refusal | undefined {
    return this.outbox.refuse(account);
  }

  /**
   * Runs and commits a call's work.
   * @param account whose outbox quota is charged; undefined for operators
   * @param work returns a refusal if nothing is to be done after all
   * @param more further outbox rows, which are accepted together with the work
   * @returns the stanzas' status; a refusal if the quota is used up, of the work, or if nothing could be stored
   * @throws what the work throws
   */
  async change(
    account: Account | undefined,
    work: (transaction: Transaction) => Refusal | undefined,
    more?: readonly NewRow<WireText>[],
  ): Promise<Acceptance> {
    const full = account && this.refuse(account);
    if (full !== undefined) return full;
    const [transaction, refused] = this.#run(account, work);
    if (refused === undefined) return await this.#commit(transaction, more);
    this.#abort(transaction);
    return refused;
  }

  /**
   * Runs and commits work for a stanza, or the component's own. Its quota is not asked: a handler does so where its sender
   * can be refused.
   * @throws what the work throws; StanzaError resource-constraint if nothing could be stored
   */
  async do<R>(account: Account | undefined, work: (transaction: Transaction) => R): Promise<R> {
    const [transaction, result] = this.#run(account, work);
    if (transaction.isEmpty) return result;
    const status = await this.#commit(transaction);
    if (status instanceof Refusal) throw new StanzaError("wait", "resource-constraint", status.message);
    return result;
  }

  /** Returns the id that an event has now, in microseconds: later than those before, earlier than those that follow. */
  nextStanzaId(): number {
    return this.begin().nextStanzaId();
  }

  /** Whether a call repeats an earlier one. @param fingerprint the call's; undefined: calls like it aren't recognised */
  isRepeat({ at }: Transaction, fingerprint: Buffer | undefined): boolean {
    return (
      fingerprint !== undefined &&
      (this.#uncommitted.has(fingerprint.toString("base64")) ||
        this.stores.fingerprints.isKnown(fingerprint, at))
    );
  }

  /**
   * Does a call's work in a room, unless the call repeats an earlier one. If the earlier call isn't committed yet, both
   * succeed or fail together.
   * @param work returns the error if it is refused; then the call isn't remembered
   */
  once(
    transaction: Transaction,
    room: ChangedRoom,
    fingerprint: Buffer | undefined,
    work: () => StanzaError | undefined,
  ): StanzaError | undefined {
    if (fingerprint === undefined) return work();
    const { fingerprints } = this.stores;
    const key = fingerprint.toString("base64");
    if (!this.isRepeat(transaction, fingerprint)) {
      const refused = work();
      if (refused !== undefined) return refused;
      this.#uncommitted.add(key);
      transaction.whenDone.push(() => this.#uncommitted.delete(key));
      transaction.write(room, () => fingerprints.remember(fingerprint, transaction.at));
    } else if (this.#uncommitted.has(key)) {
      transaction.write(room, () => {
        if (!fingerprints.isKnown(fingerprint, transaction.at))
          throw new Error("the call that it repeats was not stored");
      });
    }
    return undefined;
  }

  /** Runs work in a new transaction, which is to be committed or aborted. If the work throws, it is aborted. */
  #run<R>(account: Account | undefined, work: (transaction: Transaction) => R): [Transaction, R] {
    const transaction = this.begin(account);
    try {
      return [transaction, work(transaction)];
    } catch (error) {
      this.#abort(transaction);
      throw error;
    }
  }

  /** Commits a transaction, and further outbox rows. @returns the stanzas' status; a refusal if nothing was stored */
  async #commit(transaction: Transaction, more: readonly NewRow<WireText>[] = []): Promise<Acceptance> {
    const rows = [...transaction.rows, ...more];
    const state = { isRun: false };
    count(transaction, 1);
    const writes = (first: number | undefined): void => {
      state.isRun = true;
      count(transaction, -1);
      this.#write(transaction, first);
    };
    const { account } = transaction;
    const result = await this.outbox.accept({ rows, writes, account, isAdmitted: true });
    if (!state.isRun) count(transaction, -1);
    done(transaction);
    if (result instanceof Refusal) this.#abort(transaction);
    return transaction.isContinued && !(result instanceof Refusal) ? QUEUED : result;
  }

  /** Drops the rooms that a failed transaction changed. */
  #abort(transaction: Transaction): void {
    done(transaction);
    for (const room of transaction.rooms) this.rooms.reread(room);
  }

  /** Runs a transaction's database writes, inside the database's transaction. */
  #write(transaction: Transaction, first: number | undefined): void {
    const rooms = [...transaction.rooms];
    try {
      if (rooms.some((room) => room.isLost)) throw new Error("what it builds on could not be stored");
      for (const write of transaction.writes) write(this.stores, first);
    } catch (error) {
      for (const room of rooms) room.isLost = true;
      throw error;
    }
    for (const room of rooms) if (room.isGone) this.rooms.unload(room);
  }
}

function count(transaction: Transaction, by: 1 | -1): void {
  for (const room of transaction.rooms) room.uncommitted += by;
  for (const room of transaction.onDisk) room.unstored += by;
}

function done({ whenDone }: Transaction): void {
  for (const work of whenDone.splice(0)) work();
}
