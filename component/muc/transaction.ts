/**
 * One transaction: all that one stanza or one call does to rooms. What it changes is written, and what it says is put
 * into the outbox, in one transaction of the database. So nothing is told that the disk doesn't have, nothing that was
 * done is left untold, and whatever rooms say goes out in the order in which it was decided.
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
  /** Those of what was said in rooms: it may have no receiver, and then no row in the outbox. */
  readonly fingerprints: Fingerprints;
  readonly userRemovals: UserRemovals;
  readonly invitations: RoomsInvitations;
  readonly vcards: RoomsVcards;
  readonly tombstones: RoomTombstones;
}

/** A room, as far as transactions know it. */
export interface ChangedRoom {
  readonly id: number;
  readonly jid: AccountJid;
  /** Destroyed. */
  readonly isGone: boolean;
  /** Not as it is on the disk, as a change could not be stored. */
  isLost: boolean;
  /** Transactions that change it and are not committed yet, and those of them that change what isn't in memory. */
  uncommitted: number;
  unstored: number;
}

/** What is written of a change. @param first the id of the first row of what is said, if anything is */
type Write = (stores: Stores, first: number | undefined) => void;

/** Several stanzas for one receiver go together, up to this size. */
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

  /** For whom it is done, and whose part of the outbox it takes. */
  readonly account: Account | undefined;

  /**
   * @param nextStanzaId reserves so many numbers, in microseconds since 1970, and returns the first of them
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

  /** How much is to be written to the server because of it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many pieces of work on the database it has. */
  get writes(): number {
    return this.#writes.length;
  }

  /** The rooms that it changes. */
  get rooms(): ReadonlySet<ChangedRoom> {
    return this.#rooms;
  }

  /** Those whose archive or vCard it changes, which are read from the disk each time. */
  get onDisk(): ReadonlySet<ChangedRoom> {
    return this.#onDisk;
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0 && this.#writes.length === 0;
  }

  /** A number in microseconds since 1970, higher than all given out before: the first of so many in a row. */
  nextStanzaId(count = 1): number {
    return this.#nextStanzaId(count);
  }

  /** Work on the database that belongs to a change of a room; nothing is written of a room that is gone. */
  write(room: ChangedRoom, work: Write): void {
    if (room.isGone) return;
    this.#rooms.add(room);
    this.#writes.push(work);
  }

  /** The same for what isn't held in memory: the archive, the vCard, invitations. */
  writeOnDisk(room: ChangedRoom, work: Write): void {
    this.#onDisk.add(room);
    this.write(room, work);
  }

  /** To be done once it is committed, or has failed. */
  whenDone(work: () => void): void {
    this.#whenDone.push(work);
  }

  done(): void {
    for (const work of this.#whenDone.splice(0)) work();
  }

  /** Does all the writing; called inside the transaction. @param first the first row of what it says */
  writeAll(stores: Stores, first: number | undefined): void {
    for (const work of this.#writes) work(stores, first);
  }

  /** Whether a complete stanza can be said. */
  fits(stanza: WireText): boolean {
    return fits(stanza, this.#stanzaBytes - LEFT_FREE.complete);
  }

  /** Says something complete, with its `to`. @throws StanzaTooLarge, as all here that says something */
  send(stanza: Element): void {
    this.sendText(serialise(stanza), originOf(stanza));
  }

  sendText(stanza: WireText, origin: Origin): void {
    mustFit(stanza, this.#stanzaBytes - LEFT_FREE.complete);
    this.#bytes += stanza.length;
    this.#rows.push({ ...origin, stanza, acceptedAt: this.at });
  }

  /** Tells many receivers the same; the stanza has no `to`. */
  broadcast(stanza: Element, recipients: readonly string[]): void {
    this.broadcastText(serialise(stanza), recipients, originOf(stanza));
  }

  broadcastText(stanza: WireText, recipients: readonly string[], origin: Origin): void {
    mustFit(stanza, this.#stanzaBytes - LEFT_FREE.kept);
    if (recipients.length === 0) return;
    this.#bytes += stanza.length * recipients.length;
    this.#rows.push({ ...origin, stanza, recipients, acceptedAt: this.at });
  }

  /** A room's presences for one receiver, in order. */
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
