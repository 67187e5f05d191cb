/**
 * Lets rooms take turns. While a room has many unacknowledged stanzas (outbox/backlog.ts), the stanzas and calls to it wait
 * in order, and other rooms go on. So a crowded room, whose every change makes hundreds of stanzas, delays only itself. The
 * stanzas to a room wait in one line, and each caller's calls in another, so that neither delays the other.
 */
import type { Account } from "../storage/unit-of-work.js";
import type { Metrics } from "./metrics.js";
import { Lines } from "./limits/fair-lines.js";
import type { Outbox } from "./outbox/outbox.js";
import { PORTION, unavailable } from "./outbox/quotas.js";
import { QuotaPool } from "./limits/quota-pool.js";
import type { Jid } from "./addresses/address.js";
import { StanzaError } from "./inbound/stanza-error.js";
import type { Refusal } from "./refusal.js";
import type { Rooms } from "./muc/rooms.js";
import { MUC } from "./muc/wire/ns.js";
import { xml, type Element } from "./xml/builder.js";
import { charactersIn } from "./xml/extent.js";

/** A room with at most this many sessions doesn't wait for other rooms, up to this many unacknowledged stanzas. */
const SMALL = { sessions: 64, stanzas: 256 };
/** How many characters may wait, for all rooms together. */
const MAX_WAITING = 32 * 1024 * 1024;
/** The characters that may wait in one line, relative to what is free: whoever fills it takes no space from other rooms. */
const LINE = 1 / 4;
/** The size that is counted for each stanza and call in addition to its characters, because it needs memory. */
const AROUND = 512;
/** How long a call waits at most, in milliseconds. */
const PATIENCE_MS = 30_000;

/** A call that sends to rooms or changes them. */
interface Call {
  /** The rooms' bare addresses. */
  readonly rooms: readonly string[];
  /** Undefined for operators. */
  readonly account: Account | undefined;
  /** How many characters the call sends. */
  readonly size?: number;
}

interface Work {
  readonly room: string;
  readonly run: () => void;
}

const OPERATOR: Account = { kind: "caller", name: "" };

export class RoomTurns {
  readonly #lines = new Lines<Work>(
    (key, { room }) => (key === changeOf(room) || !this.#isChanging(room)) && this.#isTurn(room),
    ({ run }) => run(),
  );
  readonly #quotas = new QuotaPool(MAX_WAITING);
  /** The characters that wait in each line, by account. */
  readonly #quotasOfLines = new Map<string, QuotaPool>();
  /** Stanzas that wait although their account's quota is used up: at most two of each session inside a room. */
  readonly #urgent = new Set<string>();

  /**
   * @param outbox.isReady whether the server acknowledges stanzas; otherwise calls don't wait
   * @param rooms.sessionsIn returns how many sessions are in a room; 0 if the room isn't in memory
   * @param rooms.isInside whether a session, given by its full address, is in a room
   * @param patience how long a call waits at most, in milliseconds
   */
  constructor(
    private readonly outbox: Pick<Outbox, "backlog" | "isReady">,
    private readonly rooms: Pick<Rooms, "sessionsIn" | "isInside">,
    metrics: Pick<Metrics, "gaugeOf">,
    private readonly patience = PATIENCE_MS,
  ) {
    outbox.backlog.onAcked = () => this.#lines.resumeSoon();
    metrics.gaugeOf(
      "qtalk_rooms_waiting",
      "Rooms whose stanzas and calls wait for their turn",
      () => new Set(this.#lines.next.map(({ room }) => room)).size,
    );
  }

  /**
   * Handles a stanza now or, in order, when it is the room's turn.
   * @param arrival.room the room's bare address
   * @returns undefined if too much of the sender's waits, and the stanza is a presence that gets no reply
   * @throws StanzaError resource-constraint if too much of the sender's waits
   */
  async run<T>(
    { room, from, stanza }: { readonly room: string; readonly from: Jid; readonly stanza: Element },
    handle: () => Promise<T>,
  ): Promise<T | undefined> {
    if (this.#mayGo(room, room)) return await handle();
    const account: Account = { kind: "user", name: from.bare.text };
    const size = charactersIn(stanza) + AROUND;
    const key = `${room} ${stanza.attrs.type ?? ""} ${from.text}`;
    if (!this.#hasSpace(room, account, size)) {
      const isInside = this.rooms.isInside(room, from.text);
      if (!isInside || !isUrgent(stanza) || this.#urgent.has(key)) {
        refuse(stanza, room, isInside);
        return undefined;
      }
      this.#urgent.add(key);
      // What a session says as it leaves would be kept over the quota.
      if (stanza.attrs.type === "unavailable") stanza.children.length = 0;
    }
    return await new Promise((resolve) => {
      const run = (): void => {
        this.#urgent.delete(key);
        resolve(handle());
      };
      this.#enqueue(room, account, size, { room, run });
    });
  }

  /**
   * Handles a call now, or when each of its rooms had a turn. A caller's calls to a room are handled in order.
   * @returns a refusal if too many of the caller's calls wait, or if the call has waited for too long
   */
  call<T>({ rooms, account = OPERATOR, size = 0 }: Call, handle: () => Promise<T>): Promise<T | Refusal> {
    const { isReady, backlog } = this.outbox;
    const keyOf = (room: string): string => `${room} ${account.name}`;
    const busy = isReady ? rooms.filter((room) => !this.#mayGo(keyOf(room), room)) : [];
    if (busy.length === 0) return handle();
    const refusal = (): Refusal =>
      unavailable(`${busy[0]} is busy, and earlier calls wait; nothing was accepted, try again later`);
    const extent = size + AROUND;
    const hasSpace = (room: string): boolean =>
      !this.#lines.has(keyOf(room)) || this.#hasSpace(keyOf(room), account, extent);
    if (!busy.every(hasSpace)) return Promise.resolve(refusal());
    return new Promise((resolve) => {
      let left = busy.length;
      const timer = setTimeout(() => {
        left = NaN;
        // Waiting helps nobody if the server is silent.
        resolve(backlog.isAckedWithin(this.patience) ? refusal() : handle());
      }, this.patience).unref();
      const run = (): void => {
        left -= 1;
        if (left !== 0) return;
        clearTimeout(timer);
        resolve(handle());
      };
      for (const room of busy) this.#enqueue(keyOf(room), account, extent, { room, run });
    });
  }

  /** Does a step of a room's change (muc/admin/changing.ts) in its turn, before all else in the room. */
  step(room: string, run: () => void): void {
    this.#lines.add(changeOf(room), { room, run });
    this.#lines.resumeSoon();
  }

  /** Returns the quotas of all rooms, and of a line. */
  #quotasOf(key: string): readonly [QuotaPool, QuotaPool] {
    const known = this.#quotasOfLines.get(key);
    return [this.#quotas, known ?? new QuotaPool(() => (MAX_WAITING - this.#quotas.used) * LINE)];
  }

  #hasSpace(key: string, { name, kind }: Account, size: number): boolean {
    return this.#quotasOf(key).every((pool) => pool.hasRoom(name, size, PORTION[kind]));
  }

  #enqueue(key: string, { name }: Account, size: number, { room, run }: Work): void {
    const pools = this.#quotasOf(key);
    this.#quotasOfLines.set(key, pools[1]);
    for (const pool of pools) pool.acquire(name, size);
    const leave = (): void => {
      for (const pool of pools) pool.release(name, size);
      if (pools[1].used === 0) this.#quotasOfLines.delete(key);
      run();
    };
    this.#lines.add(key, { room, run: leave });
    this.#lines.resumeSoon();
  }

  #mayGo(key: string, room: string): boolean {
    return !this.#lines.has(key) && !this.#isChanging(room) && this.#isTurn(room);
  }

  #isChanging(room: string): boolean {
    return this.#lines.has(changeOf(room));
  }

  #isTurn(room: string): boolean {
    const { backlog } = this.outbox;
    const unacked = backlog.of(room);
    if (unacked < SMALL.stanzas && this.rooms.sessionsIn(room) <= SMALL.sessions) return true;
    return unacked > 0 ? backlog.isFree(room) : !backlog.isFull;
  }
}

/**
 * Whether an occupant's stanza must wait even over the quota, once: leaving, as the user's server doesn't announce it
 * again, and asking for a full replay (XEP-0045 §17.3), without which the client hangs.
 */
function isUrgent(stanza: Element): boolean {
  if (stanza.name !== "presence") return false;
  const { type } = stanza.attrs;
  return type === "unavailable" || (type === undefined && entryIn(stanza) !== undefined);
}

/**
 * Refuses a stanza over the quota. An occupant's presence gets no reply: after an error, the user's server no longer
 * sends the room an unavailable presence when the session ends.
 * @throws StanzaError resource-constraint
 */
function refuse(stanza: Element, room: string, isInside: boolean): void {
  const { name, attrs } = stanza;
  if (name === "presence" && (isInside || attrs.type !== undefined)) return;
  const text = "The room is busy, and many of your stanzas to it wait already. Try again in a few seconds.";
  const error = new StanzaError("wait", "resource-constraint", text, { by: room });
  // Some clients recognise a room's refusal only by <x/>.
  if (entryIn(stanza) !== undefined) error.echo = xml("x", MUC.muc);
  throw error;
}

/** Returns the request to enter a room (XEP-0045 §7.2) in a presence. */
function entryIn(stanza: Element): Element | undefined {
  return stanza.name === "presence" ? stanza.getChild("x", MUC.muc) : undefined;
}

/** Returns the key of the line in which the next step of a room's change waits. All else in the room waits for it. */
function changeOf(room: string): string {
  return ` ${room}`;
}
