import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { Steps } from "../../storage/rooms-archive-reads.js";
import type { RoomName } from "../../storage/rooms-store.js";
import { Jid, type AccountJid, type BareJid } from "../addresses/address.js";
import { inBackground } from "../background.js";
import type { Outbox } from "../outbox/outbox.js";
import { QUEUED, type Acceptance, type DeliveryStatus } from "../outbox/pending-calls.js";
import { notStored } from "../outbox/quotas.js";
import { Refusal, refuse } from "../refusal.js";
import { counted } from "../wording.js";
import { change } from "./admin/changing.js";
import { destroy } from "./admin/destroying.js";
import type { RoomContext, RoomScope } from "./context.js";
import { isAtLeast } from "./room/affiliation.js";
import type { Room } from "./room/room.js";
import { roomJid } from "./rooms.js";

/** What became of a room whose owner left: another is the owner now, or nobody is. */
export type Left = "inherited" | "ownerless";

/** How users are removed. */
interface Manner {
  /** Whether rooms stay even if nobody remains; else they are destroyed. */
  readonly keepsRooms: boolean;
  /** Called for each room that a user leaves; again if the room's change couldn't be stored at first. */
  readonly onLeft?: ((room: AccountJid, left: Left | undefined) => void) | undefined;
}

interface RemovedUser {
  readonly account: BareJid;
  readonly jid: string;
  requestedAt: number;
  manner: Manner;
  /** Resolves when the user is removed from all rooms. */
  done: Promise<void>;
}

/** From how many rooms a user is removed before this is committed. */
const ROOMS = 20;
const RETRY_MS = 1_000;
/** How long expel() waits, in milliseconds. The removal goes on afterwards. */
const EXPEL_MS = 60_000;
const LATE = refuse.unavailable("leaving all rooms takes more than a minute");

/**
 * Removes users from all their rooms (call clear_staff, `user erase`). One short transaction stores the request; Rooms.find then
 * removes the users from each room before the room is used, so no room shows these users. The remaining rooms follow in
 * the background, also after a restart. Memberships granted after the request are kept.
 */
export class UserRemoval {
  readonly #removed = new Map<string, RemovedUser>();
  /** The rooms in memory from which all these users are removed. */
  #settled = new WeakSet<Room>();
  readonly #stopping = new AbortController();

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
    const stored = stores.userRemovals.all();
    if (stored.length > 0) log.info(`Continuing to remove ${counted(stored.length, "user")} from rooms`);
    for (const { jid, requestedAt, keepsRooms } of stored) {
      const account = Jid.parse(jid)?.bare;
      if (account !== undefined) this.#begin(account, requestedAt, { keepsRooms });
    }
  }

  /**
   * Removes accounts from all their rooms, and destroys rooms in which nobody remains.
   * @param also makes the caller's database writes in the transaction that stores the request
   * @returns the stanzas' delivery status, QUEUED after confirmTimeout, or a refusal if the request can't be stored
   */
  async remove(accounts: readonly BareJid[], also: () => void): Promise<Acceptance> {
    const users = await this.#request(accounts, { keepsRooms: false }, { also });
    if (users instanceof Refusal) return users;
    const late = sleep(this.confirmTimeout, QUEUED, { ref: false });
    return await Promise.race([this.#receiptFor(users), late]);
  }

  /**
   * Removes an account from all its rooms, which stay.
   * @param requestedAt in microseconds: memberships granted later stay
   * @returns once it is removed everywhere; a refusal if that can't be stored, or takes long
   */
  async expel(account: BareJid, requestedAt: number, onLeft: Manner["onLeft"]): Promise<Refusal | undefined> {
    const users = await this.#request([account], { keepsRooms: true, onLeft }, { requestedAt });
    if (users instanceof Refusal) return users;
    const late = sleep(EXPEL_MS, LATE, { ref: false });
    return await Promise.race([Promise.all(users.map(({ done }) => done)).then(() => undefined), late]);
  }

  /** Stores a request and begins with it. @param also as in remove() */
  async #request(
    accounts: readonly BareJid[],
    manner: Manner,
    {
      requestedAt = this.context.transactions.nextStanzaId(),
      also = () => undefined,
    }: { readonly requestedAt?: number; readonly also?: () => void },
  ): Promise<readonly RemovedUser[] | Refusal> {
    const { stores, log } = this.context;
    const { keepsRooms } = manner;
    try {
      await this.commit.run(() => {
        for (const { text: jid } of accounts) stores.userRemovals.put({ jid, requestedAt, keepsRooms });
        also();
      });
    } catch (error) {
      log.error(`The removal of users from all rooms could not be stored: ${String(error)}`);
      return notStored(error);
    }
    return accounts.map((account) => this.#begin(account, requestedAt, manner));
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Resolves when the users are removed and the server has acknowledged the stanzas that announce this. */
  async #receiptFor(users: readonly RemovedUser[]): Promise<DeliveryStatus> {
    await Promise.all(users.map(({ done }) => done));
    const status = await this.outbox.accept({ rows: [] });
    // Occupants of large rooms are removed in steps (admin/changing.ts).
    const isContinued = this.context.stores.rooms.changing().length > 0;
    return status instanceof Refusal || isContinued ? QUEUED : status;
  }

  #begin(account: BareJid, requestedAt: number, manner: Manner): RemovedUser {
    this.#settled = new WeakSet();
    const known = this.#removed.get(account.text);
    if (known !== undefined) {
      known.requestedAt = requestedAt;
      known.manner = manner;
      return known;
    }
    const user = { account, jid: account.text, requestedAt, manner, done: Promise.resolve() };
    this.#removed.set(account.text, user);
    user.done = this.#finish(user);
    inBackground(user.done, "removing a user from rooms", this.context.log);
    return user;
  }

  /** Removes a user from the rooms that weren't used meanwhile; some at a time, as users take turns (meter.ts). */
  async #finish(user: RemovedUser): Promise<void> {
    const { context, commit } = this;
    const { meter, stores, log } = context;
    const { signal } = this.#stopping;
    // All users of a call leave a room at once.
    await nextTurn();
    while (!signal.aborted) {
      try {
        const rooms = stores.userRemovals.roomsLeft(user, ROOMS);
        await meter.run("removing a user from rooms", this.#visit(rooms), () => undefined);
        // A new request for the user isn't lost: remove() begins only after its commit, which comes later.
        if (await commit.run(() => rooms.length === 0 && stores.userRemovals.end(user))) {
          this.#removed.delete(user.jid);
          return;
        }
        const [first] = stores.userRemovals.roomsLeft(user, 1);
        if (first === undefined || first.id !== rooms[0]?.id) continue;
      } catch (error) {
        log.warn(
          `Removing a user from rooms failed, retrying in ${RETRY_MS / 1000} s: ${user.jid}: ${String(error)}`,
        );
      }
      await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
    // The next start continues; nobody is told that the user is removed.
    await new Promise(() => undefined);
  }

  /** Loads rooms, which removes the users from them. */
  *#visit(names: readonly RoomName[]): Steps<void> {
    const { rooms, domain } = this.context;
    for (const { name } of names) {
      if (this.#stopping.signal.aborted) return;
      const jid = roomJid(name, domain);
      if (jid !== undefined) rooms.find(jid);
      yield 0;
    }
  }

  /** Removes the users from a room in a separate transaction, before anything else happens in the room. */
  #removeFrom(room: Room): void {
    if (this.#removed.size === 0 || this.#settled.has(room)) return;
    const { context } = this;
    const removed = [...room.affiliations.all()].flatMap(({ jid, affiliation, since }) => {
      const user = isAtLeast(affiliation, "member") ? this.#removed.get(jid) : undefined;
      return user !== undefined && since <= user.requestedAt ? [user] : [];
    });
    const removal = context.transactions.do(undefined, (transaction) => {
      const isKept = removed.some(({ manner }) => manner.keepsRooms);
      const accounts = removed.map(({ account }) => account);
      const left = handOverOwnership({ context, transaction, room }, accounts, isKept);
      for (const { manner } of removed) manner.onLeft?.(room.jid, left);
    });
    inBackground(removal, "removing users from a room", context.log);
    this.#settled.add(room);
  }
}

/**
 * Removes users from a room because they are removed from all rooms. If no owner remains, the longest-standing
 * administrator, or else member, becomes the owner. If nobody remains, the room is destroyed.
 * @param isKept whether the room stays even if nobody remains, without an owner
 */
export function handOverOwnership(
  scope: RoomScope,
  leaving: readonly BareJid[],
  isKept = false,
): Left | undefined {
  const { room } = scope;
  const names = new Set(leaving.map(({ text }) => text));
  const removed = leaving.filter(({ text }) =>
    isAtLeast(room.affiliations.storedAffiliationOf(text), "member"),
  );
  if (removed.length === 0) return undefined;
  const staying = room.affiliations.atLeastMembers().filter(({ jid }) => !names.has(jid));
  if (staying.length === 0 && !isKept) {
    destroy(scope, {});
    return undefined;
  }
  const isOwned = staying.some(({ affiliation }) => affiliation === "owner");
  if (!isOwned) {
    const heir = staying.find(({ affiliation }) => affiliation === "admin") ?? staying[0];
    const jid = heir && Jid.parse(heir.jid)?.bare;
    if (jid !== undefined) change(scope, { affiliations: [{ jid, affiliation: "owner" }], by: {} });
  }
  const affiliations = removed.map((jid) => ({ jid, affiliation: "none" as const }));
  change(scope, { affiliations, isRemoval: true, by: {} });
  if (isOwned) return undefined;
  return staying.length === 0 ? "ownerless" : "inherited";
}
