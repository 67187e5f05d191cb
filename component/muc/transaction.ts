/**
 * The transaction of one stanza or call: its database writes and its outgoing stanzas are committed together. So nothing
 * is sent that isn't on disk, nothing that was done stays unannounced, and stanzas keep the order of the decisions.
 */
import type { Fingerprints } from "../../storage/fingerprints.js";
import type { NewRow, Origin } from "../../storage/outbox-row.js";
import type { RoomsActivity, RoomsInvitations } from "../../storage/rooms-users.js";
import type { RoomsArchive } from "../../storage/rooms-archive.js";
import type { RoomTombstones, UserRemovals } from "../../storage/rooms-removals.js";
import type { RoomsStore, RoomsVcards } from "../../storage/rooms-store.js";
import type { Account } from "../../storage/unit-of-work.js";
import type { AccountJid } from "../address.js";
import { originOf } from "../outbox/row-stanzas.js";
import type { Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { batches, together } from "../xml/splice.js";
import { fits, LEFT_FREE, mustFit, type WireText } from "../xml/wire-text.js";

export interface Stores {
  readonly rooms: RoomsStore;
  readonly archive: RoomsArchive;
  readonly activity: RoomsActivity;
  /** The fingerprints of messages to rooms, which need not have a receiver, and so may have no row in the outbox. */
  readonly fingerprints: Fingerprints;
  readonly userRemovals: UserRemovals;
  readonly invitations: RoomsInvitations;
  readonly vcards: RoomsVcards;
  readonly tombstones: RoomTombstones;
}

/** The part of a room that transactions use. */
export interface ChangedRoom {
  readonly id: number;
  readonly jid: AccountJid;
  /** Whether the room was deleted. */
  readonly isGone: boolean;
  /** Whether memory differs from the disk, as a change could not be stored. */
  isLost: boolean;
  /** Uncommitted transactions that change the room, and those of them that change data not held in memory. */
  uncommitted: number;
  unstored: number;
}

/** A database write. @param first the id of the transaction's first row in the outbox, if it has any */
type Write = (stores: Stores, first: number | undefined) => void;

/** The most bytes of several stanzas for one receiver that share a row. */
const BATCH = 32 * 1024;

export class Transaction {
  /** Milliseconds since 1970. */
  readonly at = Date.now();
  readonly #rows: NewRow<WireText>[] = [];
  readonly #writes: Write[] = [];
  readonly #whenDone: (() => void)[] = [];
  readonly #rooms = new Set<ChangedRoom>();
  readonly #onDisk = new Set<ChangedRoom>();
  #bytes = 0;
  readonly #nextStanzaId: (count: number) => number;
  readonly #stanzaBytes: number;

  /** The account that it is charged to. */
  readonly account: Account | undefined;

  /**
   * @param nextStanzaId reserves consecutive numbers, and returns the first
   * @param stanzaBytes the most bytes of one stanza
   */
  constructor(nextStanzaId: (count: number) => number, stanzaBytes: number, account?: Account) {
    this.account = account;
    this.#nextStanzaId = nextStanzaId;
    this.#stanzaBytes = stanzaBytes;
  }

  get rows(): readonly NewRow<WireText>[] {
    return this.#rows;
  }

  /** Bytes to write to the server. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The number of database writes. */
  get writes(): number {
    return this.#writes.length;
  }

  /** The rooms that it changes. */
  get rooms(): ReadonlySet<ChangedRoom> {
    return this.#rooms;
  }

  /** The rooms whose data outside of memory it changes. */
  get onDisk(): ReadonlySet<ChangedRoom> {
    return this.#onDisk;
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0 && this.#writes.length === 0;
  }

  /** Reserves `count` consecutive stanza-ids. @returns the first */
  nextStanzaId(count = 1): number {
    return this.#nextStanzaId(count);
  }

  /** Adds a database write for a room, unless the room is deleted. */
  write(room: ChangedRoom, work: Write): void {
    if (room.isGone) return;
    this.#rooms.add(room);
    this.#writes.push(work);
  }

  /** As write(), for data that isn't held in memory: archive, vCard, invitations. */
  writeOnDisk(room: ChangedRoom, work: Write): void {
    this.#onDisk.add(room);
    this.write(room, work);
  }

  /** Adds work to do after the commit or its failure. */
  whenDone(work: () => void): void {
    this.#whenDone.push(work);
  }

  done(): void {
    for (const work of this.#whenDone.splice(0)) work();
  }

  /** Runs all database writes, inside the database's transaction. */
  writeAll(stores: Stores, first: number | undefined): void {
    for (const work of this.#writes) work(stores, first);
  }

  /** Whether a complete stanza isn't too long. */
  fits(stanza: WireText): boolean {
    return fits(stanza, this.#stanzaBytes - LEFT_FREE.complete);
  }

  /** Sends a complete stanza, with its `to`. @throws StanzaTooLarge, as the following methods */
  send(stanza: Element): void {
    this.sendText(serialise(stanza), originOf(stanza));
  }

  sendText(stanza: WireText, origin: Origin): void {
    mustFit(stanza, this.#stanzaBytes - LEFT_FREE.complete);
    this.#bytes += stanza.length;
    this.#rows.push({ ...origin, stanza, acceptedAt: this.at });
  }

  /** Sends a stanza without `to` to many receivers. */
  broadcast(stanza: Element, recipients: readonly string[]): void {
    this.broadcastText(serialise(stanza), recipients, originOf(stanza));
  }

  broadcastText(stanza: WireText, recipients: readonly string[], origin: Origin): void {
    mustFit(stanza, this.#stanzaBytes - LEFT_FREE.kept);
    if (recipients.length === 0) return;
    this.#bytes += stanza.length * recipients.length;
    this.#rows.push({ ...origin, stanza, recipients, acceptedAt: this.at });
  }

  /** Sends a room's presences to one receiver, in order. */
  sendPresences(room: ChangedRoom, stanzas: Iterable<WireText>, receiver: string): void {
    const origin: Origin = { kind: "presence", sender: room.jid.text, receiver };
    for (const some of batches(stanzas, BATCH)) {
      for (const one of some) mustFit(one, this.#stanzaBytes - LEFT_FREE.complete);
      const stanza = together(some);
      this.#bytes += stanza.length;
      this.#rows.push({ ...origin, stanza, stanzas: some.length, acceptedAt: this.at });
    }
  }
}
