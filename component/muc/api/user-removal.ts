import { counted } from "../../wording.js";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { GroupCommit } from "../../../storage/group-commit.js";
import { Jid, type BareJid } from "../../addresses/address.js";
import { QUEUED, type Acceptance, type DeliveryStatus } from "../../outbox/pending-calls.js";
import type { Outbox } from "../../outbox/outbox.js";
import { notStored } from "../../outbox/quotas.js";
import { Refusal } from "../../refusal.js";
import type { RoomContext, RoomScope } from "../context.js";
import { isAtLeast } from "../room/affiliation.js";
import type { Room } from "../room/room.js";
import { roomJid } from "../rooms.js";
import { inBackground } from "../../background.js";
import { change } from "../admin/changing.js";
import { destroy } from "../admin/destroying.js";

interface RemovedUser {
  readonly account: BareJid;
  readonly jid: string;
  requestedAt: number;
  place: number;
  /** Called when the user is removed from all rooms. */
  readonly whenDone: (() => void)[];
}

/** How long the work in one turn of the event loop may take, in milliseconds. The commit takes the same time again. */
const SLICE_MS = 2;
const ROOMS = 20;
const RETRY_MS = 1_000;

/**
 * Removes users from all their rooms (call clear_staff). One short transaction stores the request; Rooms.find then
 * removes the users from each room before the room is used, so no room shows these users. The remaining rooms follow in
 * the background, also after a restart. Memberships granted after the request are kept.
 */
export class UserRemoval {
  /** The users by bare address; the next one to process comes first. */
  readonly #removed = new Map<string, RemovedUser>();
  /** How many users' removals have been requested so far. */
  #asked = 0;
  /** For each room in memory: the value of #asked when the room was last processed. */
  readonly #settled = new WeakMap<Room, number>();
  readonly #stopping = new AbortController();
  #isWorking = false;
  #processed = 0;
  #refused = 0;

  /** @param confirmTimeout how long remove() waits for completion, in milliseconds */
  constructor(
    private readonly context: RoomContext,
    private readonly commit: GroupCommit,
    private readonly outbox: Pick<Outbox, "accept">,
    private readonly confirmTimeout: number,
  ) {
    const { rooms, stores, log } = context;
    rooms.settleFirst = (room) => {
      this.#removeFrom(room);
      return !room.isGone;
    };
    for (const { jid, requestedAt } of stores.userRemovals.all()) {
      const account = Jid.parse(jid)?.bare;
      if (account !== undefined) this.#add(account, requestedAt);
    }
    if (this.#removed.size === 0) return;
    log.info(`Continuing to remove ${counted(this.#removed.size, "user")} from rooms`);
    inBackground(this.#work(), "removing users from rooms", log);
  }

  /**
   * Removes accounts from all their rooms.
   * @param also makes the caller's database writes in the transaction that stores the request
   * @returns the stanzas' delivery status, QUEUED after confirmTimeout, or a refusal if the request can't be stored
   */
  async remove(accounts: readonly BareJid[], also: () => void): Promise<Acceptance> {
    const { context, commit, confirmTimeout } = this;
    const { transactions, stores, log } = context;
    const requestedAt = transactions.begin().nextStanzaId();
    try {
      await commit.run(() => {
        for (const { text: jid } of accounts) stores.userRemovals.put({ jid, requestedAt });
        also();
      });
    } catch (error) {
      log.error(`The removal of users from all rooms could not be stored: ${String(error)}`);
      return notStored(error);
    }
    const users = accounts.map((account) => this.#add(account, requestedAt));
    inBackground(this.#work(), "removing users from rooms", log);
    const timer = new AbortController();
    const late = sleep(confirmTimeout, QUEUED, { signal: timer.signal }).catch(() => QUEUED);
    const status = await Promise.race([this.#receiptFor(users), late]);
    timer.abort();
    return status;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Resolves when the users are removed and the server has acknowledged the stanzas that announce this. */
  async #receiptFor(users: readonly RemovedUser[]): Promise<DeliveryStatus> {
    await Promise.all(users.map(({ whenDone }) => new Promise<void>((resolve) => whenDone.push(resolve))));
    const status = await this.outbox.accept({ rows: [] });
    // Occupants of large rooms are removed in steps (admin/changing.ts).
    const isContinued = this.context.stores.rooms.changing().length > 0;
    return status instanceof Refusal || isContinued ? QUEUED : status;
  }

  #add(account: BareJid, requestedAt: number): RemovedUser {
    this.#asked += 1;
    const known = this.#removed.get(account.text);
    if (known !== undefined) {
      known.requestedAt = requestedAt;
      return known;
    }
    const user = { account, jid: account.text, requestedAt, place: 0, whenDone: [] };
    this.#removed.set(account.text, user);
    return user;
  }

  /** Removes the users from a room in a separate transaction, before anything else happens in the room. */
  #removeFrom(room: Room): void {
    if (this.#removed.size === 0 || this.#settled.get(room) === this.#asked) return;
    this.#settled.set(room, this.#asked);
    const removed = this.#removedFrom(room);
    if (removed.length === 0) return;
    const { context } = this;
    const [transaction] = context.transactions.run(undefined, (transaction) => {
      handOver({ context, transaction, room }, removed);
    });
    this.#processed += 1;
    const stored = context.transactions.commit(transaction).then((result) => {
      if (result instanceof Refusal) this.#refused += 1;
    });
    inBackground(stored, "removing users from a room", context.log);
  }

  #removedFrom(room: Room): BareJid[] {
    const { affiliations } = room;
    const isFewer = affiliations.size < this.#removed.size;
    const jids = isFewer ? [...affiliations.all()].map(({ jid }) => jid) : [...this.#removed.keys()];
    return jids.flatMap((jid) => {
      const user = this.#removed.get(jid);
      const member = affiliations.get(jid);
      if (user === undefined || member === undefined || !isAtLeast(member.affiliation, "member")) return [];
      return member.since <= user.requestedAt ? [user.account] : [];
    });
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    const { signal } = this.#stopping;
    await nextTurn();
    for (let isFailing = false; ; isFailing = this.#refused > 0 && this.#refused >= this.#processed) {
      if (isFailing) await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted || this.#removed.size === 0) break;
      this.#processed = 0;
      this.#refused = 0;
      try {
        await this.#slice();
      } catch (error) {
        this.context.log.warn(
          `Removing users from their rooms failed, retrying in ${RETRY_MS / 1000} s: ${String(error)}`,
        );
        this.#refused += 1;
      }
      await nextTurn();
    }
    this.#isWorking = false;
  }

  async #slice(): Promise<void> {
    const { context, commit } = this;
    const { userRemovals } = context.stores;
    const started = performance.now();
    const loaded: { room: Room; touchedAt: number }[] = [];
    const finished: { user: RemovedUser; requestedAt: number }[] = [];
    const isOver = (): boolean => performance.now() - started > SLICE_MS;
    for (let left = this.#removed.size; left > 0 && !isOver(); left -= 1) {
      const [user] = this.#removed.values();
      if (user === undefined) break;
      // Users take turns, so that a user with very many rooms doesn't delay the others.
      this.#removed.delete(user.jid);
      this.#removed.set(user.jid, user);
      const rooms = userRemovals.roomsLeft(user, user.place, ROOMS);
      if (rooms.length === 0 && user.place === 0) finished.push({ user, requestedAt: user.requestedAt });
      // Start again from the first room: the transaction of a processed room may have failed.
      if (rooms.length === 0) user.place = 0;
      for (const { id, name } of rooms) {
        user.place = id;
        const jid = roomJid(name, context.domain);
        const wasLoaded = jid === undefined || context.rooms.holds(jid);
        // Loading a room removes the users from it (#removeFrom).
        const room = jid && context.rooms.find(jid);
        if (room !== undefined && !wasLoaded) loaded.push({ room, touchedAt: room.touchedAt });
        if (isOver()) break;
      }
    }
    const ended = await commit.run(() =>
      finished.filter(({ user: { jid }, requestedAt }) => userRemovals.end({ jid, requestedAt })),
    );
    for (const { room, touchedAt } of loaded) context.rooms.drop(room, touchedAt);
    // A new request for these users isn't lost: remove() adds its users only after its commit, which comes later.
    for (const { user } of ended) {
      this.#removed.delete(user.jid);
      for (const resolve of user.whenDone) resolve();
    }
  }
}

/**
 * Removes users from a room because they are removed from all rooms. If no owner remains, the longest-standing
 * administrator, or else member, becomes the owner. If nobody remains, the room is destroyed.
 */
export function handOver(scope: RoomScope, leaving: readonly BareJid[]): void {
  const { room } = scope;
  const names = new Set(leaving.map(({ text }) => text));
  const removed = leaving.filter(({ text }) =>
    isAtLeast(room.affiliations.storedAffiliationOf(text), "member"),
  );
  if (removed.length === 0) return;
  const staying = room.affiliations.atLeastMembers().filter(({ jid }) => !names.has(jid));
  if (staying.length === 0) {
    destroy(scope, {});
    return;
  }
  if (!staying.some(({ affiliation }) => affiliation === "owner")) {
    const heir = staying.find(({ affiliation }) => affiliation === "admin") ?? staying[0];
    const jid = heir && Jid.parse(heir.jid)?.bare;
    if (jid !== undefined) change(scope, { affiliations: [{ jid, affiliation: "owner" }], by: {} });
  }
  const affiliations = removed.map((jid) => ({ jid, affiliation: "none" as const }));
  change(scope, { affiliations, isRemoval: true, by: {} });
}
