/**
 * People who leave all their rooms, which may be very many (clear_staff). One short transaction notes who leaves, and
 * from then on they are in no room, whoever looks: a room is freed of them before it is used (Rooms.find). The rooms
 * that nobody uses meanwhile are worked off some at a time, each in a transaction of its own; after a restart the work
 * goes on. Somebody who is made a member after that moment stays.
 */
import { counted } from "../../counted.js";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { GroupCommit } from "../../../storage/group-commit.js";
import { Jid, type BareJid } from "../../address.js";
import { QUEUED, type DeliveryStatus } from "../../outbox/pending-calls.js";
import type { Outbox } from "../../outbox/outbox.js";
import { unavailable } from "../../outbox/quotas.js";
import { Refusal } from "../../refusal.js";
import type { RoomContext } from "../context.js";
import { isAtLeast } from "../room/affiliation.js";
import type { Room } from "../room/room.js";
import { roomJid } from "../rooms.js";
import { handOver } from "./removal.js";

/** Somebody who is leaving. */
interface Leaver {
  readonly account: BareJid;
  readonly jid: string;
  /** Microseconds since 1970: members since later than this stay. */
  askedAt: number;
  /** The id of the last room that was touched for them. */
  place: number;
  readonly done: Promise<void>;
  readonly resolve: () => void;
}

/** Milliseconds of work in one round of the event loop; writing down what it decides takes as long again. */
const SLICE_MS = 2;
/** Rooms that are read at a time. */
const ROOMS = 20;
/** Milliseconds until it is tried again where the disk or the outbox doesn't take it. */
const TROUBLE_MS = 1_000;

export class BulkRemoval {
  readonly #leavers = new Map<string, Leaver>();
  /** Raised with each request; and up to which of them each room has been looked through. */
  #asked = 0;
  readonly #settled = new WeakMap<Room, number>();
  readonly #stopping = new AbortController();
  #isWorking = false;
  /** How many rooms the last slice freed, and how many of those the disk or the outbox refused. */
  #freed = 0;
  #refused = 0;

  /** @param confirmTimeout how long a call waits until all is done, in milliseconds */
  constructor(
    private readonly context: RoomContext,
    private readonly commit: GroupCommit,
    private readonly outbox: Pick<Outbox, "accept">,
    private readonly confirmTimeout: number,
  ) {
    const { rooms, stores, log } = context;
    rooms.settleFirst = (room) => {
      this.#settle(room);
      return !room.isGone;
    };
    for (const { jid, askedAt } of stores.bulkRemoval.all()) {
      const account = Jid.parse(jid)?.bare;
      if (account !== undefined) this.#add(account, askedAt);
    }
    if (this.#leavers.size === 0) return;
    log.info(`Continuing to remove ${counted(this.#leavers.size, "user")} from rooms`);
    void this.#work();
  }

  /**
   * Takes these out of all their rooms.
   * @param also work on the database that belongs to it
   * @returns when it is done and told, or will be whatever happens; a refusal where nothing of it was accepted
   */
  async remove(accounts: readonly BareJid[], also: () => void): Promise<DeliveryStatus | Refusal> {
    const { context, commit, confirmTimeout } = this;
    const { transactions, stores, log } = context;
    const askedAt = transactions.begin().nextStanzaId();
    try {
      await commit.run(() => {
        for (const { text: jid } of accounts) stores.bulkRemoval.put({ jid, askedAt });
        also();
      });
    } catch (error) {
      log.error(`Who leaves all rooms could not be stored: ${String(error)}`);
      return unavailable("storage failed; nothing was accepted, try again");
    }
    const leavers = accounts.map((account) => this.#add(account, askedAt));
    void this.#work();
    const timer = new AbortController();
    const late = sleep(confirmTimeout, QUEUED, { signal: timer.signal }).catch(() => QUEUED);
    const status = await Promise.race([this.#receiptFor(leavers), late]);
    timer.abort();
    return status;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** When they have left, and all that was said of it is routed. */
  async #receiptFor(leavers: readonly Leaver[]): Promise<DeliveryStatus> {
    await Promise.all(leavers.map(({ done }) => done));
    const status = await this.outbox.accept({ rows: [] });
    return status instanceof Refusal ? QUEUED : status;
  }

  #add(account: BareJid, askedAt: number): Leaver {
    this.#asked += 1;
    const known = this.#leavers.get(account.text);
    if (known !== undefined) {
      known.askedAt = askedAt;
      return known;
    }
    let resolve = (): void => undefined;
    const done = new Promise<void>((settle) => {
      resolve = settle;
    });
    const leaver = { account, jid: account.text, askedAt, place: 0, done, resolve };
    this.#leavers.set(account.text, leaver);
    return leaver;
  }

  /** Frees a room of those who are leaving, in a transaction of its own, before whatever comes next in it. */
  #settle(room: Room): void {
    if (this.#leavers.size === 0 || this.#settled.get(room) === this.#asked) return;
    this.#settled.set(room, this.#asked);
    const leaving = this.#leaversIn(room);
    if (leaving.length === 0) return;
    const { context } = this;
    const [transaction] = context.transactions.run(undefined, (transaction) => {
      handOver({ context, transaction, room }, leaving);
    });
    this.#freed += 1;
    void context.transactions.commit(transaction).then((result) => {
      if (result instanceof Refusal) this.#refused += 1;
    });
  }

  #leaversIn(room: Room): BareJid[] {
    const { members } = room;
    const isFewer = members.size < this.#leavers.size;
    const jids = isFewer ? [...members.all()].map(({ jid }) => jid) : [...this.#leavers.keys()];
    return jids.flatMap((jid) => {
      const leaver = this.#leavers.get(jid);
      const member = members.get(jid);
      if (leaver === undefined || member === undefined || !isAtLeast(member.affiliation, "member")) return [];
      return member.since <= leaver.askedAt ? [leaver.account] : [];
    });
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    const { signal } = this.#stopping;
    await nextTurn();
    for (let isInTrouble = false; ; isInTrouble = this.#refused > 0 && this.#refused >= this.#freed) {
      if (isInTrouble) await sleep(TROUBLE_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted || this.#leavers.size === 0) break;
      this.#freed = 0;
      this.#refused = 0;
      try {
        await this.#slice();
      } catch (error) {
        this.context.log.warn(`Taking people out of their rooms failed: ${String(error)}. Trying again.`);
        this.#refused += 1;
      }
      await nextTurn();
    }
    this.#isWorking = false;
  }

  /** Frees some rooms, and waits until the disk has it. */
  async #slice(): Promise<void> {
    const { context, commit } = this;
    const { bulkRemoval } = context.stores;
    const started = performance.now();
    const loaded: { room: Room; touchedAt: number }[] = [];
    const finished: { leaver: Leaver; askedAt: number }[] = [];
    const isOver = (): boolean => performance.now() - started > SLICE_MS;
    for (let left = this.#leavers.size; left > 0 && !isOver(); left -= 1) {
      const leaver = this.#nextLeaver();
      if (leaver === undefined) break;
      const rooms = bulkRemoval.roomsLeft(leaver, leaver.place, ROOMS);
      if (rooms.length === 0 && leaver.place === 0) finished.push({ leaver, askedAt: leaver.askedAt });
      // From the beginning again: a transaction of somebody else's, begun in a room passed over, may have failed.
      if (rooms.length === 0) leaver.place = 0;
      for (const { id, name } of rooms) {
        leaver.place = id;
        const room = this.#touch(name);
        if (room !== undefined) loaded.push({ room, touchedAt: room.touchedAt });
        if (isOver()) break;
      }
    }
    const ended = await commit.run(() =>
      finished.filter(({ leaver: { jid }, askedAt }) => bulkRemoval.end({ jid, askedAt })),
    );
    for (const { room, touchedAt } of loaded) context.rooms.drop(room, touchedAt);
    // Nobody is asked for again between that and here: remove() learns of its own commit after this one.
    for (const { leaver } of ended) {
      this.#leavers.delete(leaver.jid);
      leaver.resolve();
    }
  }

  /** Everybody in turn: one with very many rooms doesn't keep the others waiting. */
  #nextLeaver(): Leaver | undefined {
    const [leaver] = this.#leavers.values();
    if (leaver === undefined) return undefined;
    this.#leavers.delete(leaver.jid);
    this.#leavers.set(leaver.jid, leaver);
    return leaver;
  }

  /** @returns the room, where it was read for this alone */
  #touch(name: string): Room | undefined {
    const { rooms, domain } = this.context;
    const jid = roomJid(name, domain);
    if (jid === undefined) return undefined;
    const wasLoaded = rooms.holds(jid);
    const room = rooms.find(jid);
    return wasLoaded ? undefined : room;
  }
}
