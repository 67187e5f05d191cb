/**
 * Lets rooms take turns. While a room has many unacknowledged stanzas (outbox/backlog.ts), the stanzas and calls to it wait
 * in order, and other rooms go on. So a crowded room, whose every change makes hundreds of stanzas, delays only itself. The
 * stanzas to a room wait in one line, and each caller's calls in another, so that neither delays the other.
 */
import type { Account } from "../storage/unit-of-work.js";
import type { Metrics } from "./metrics.js";
import { TickSlice } from "./limits/meter.js";
import type { Backlog } from "./outbox/backlog.js";
import { PORTION, unavailable } from "./outbox/quotas.js";
import { QuotaPool } from "./limits/quota-pool.js";
import type { Jid } from "./addresses/address.js";
import { StanzaError } from "./inbound/stanza-error.js";
import type { Refusal } from "./refusal.js";
import type { Element } from "./xml/builder.js";
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

/** A stanza to a room, or to an occupant's address. */
interface Arrival {
  readonly stanza: Element;
  readonly from: Jid;
  /** The room's bare address. */
  readonly room: string;
}

/** A call that sends to rooms or changes them. */
interface Call {
  /** The rooms' bare addresses. */
  readonly rooms: readonly string[];
  /** Undefined for operators. */
  readonly account: Account | undefined;
  /** How many characters the call sends. */
  readonly size?: number;
}

type Work = () => void;

/** What waits for the same turn, in order. */
interface Line {
  readonly key: string;
  readonly room: string;
  readonly works: Work[];
  /** The characters that wait, by account. */
  readonly quotas: QuotaPool;
}

const OPERATOR: Account = { kind: "caller", name: "" };

export class Turns {
  /** The line whose turn is next comes first. */
  readonly #lines = new Map<string, Line>();
  /** The next step of each room that is changing (muc/admin/changing.ts). All else in the room waits for it. */
  readonly #steps = new Map<string, Work>();
  readonly #quotas = new QuotaPool(MAX_WAITING);
  readonly #slice = new TickSlice(() => this.#resume());
  /** Sessions that have left a room although their account's quota is used up, and whose leaving waits. */
  readonly #leaving = new Set<string>();
  #isDue = false;

  /**
   * @param outbox.isReady whether the server acknowledges stanzas; otherwise calls don't wait
   * @param sessionsIn returns how many sessions are in a room; 0 if the room isn't in memory
   * @param patience how long a call waits at most, in milliseconds
   */
  constructor(
    private readonly outbox: {
      readonly backlog: Pick<Backlog, "of" | "isFree" | "isFull" | "isAckedWithin" | "onAcked">;
      readonly isReady: boolean;
    },
    private readonly sessionsIn: (room: string) => number,
    metrics: Pick<Metrics, "gaugeOf">,
    private readonly patience = PATIENCE_MS,
  ) {
    outbox.backlog.onAcked = () => this.#resumeSoon();
    metrics.gaugeOf(
      "qtalk_rooms_waiting",
      "Rooms whose stanzas and calls wait for their turn",
      () => new Set([...this.#lines.values()].map(({ room }) => room)).size,
    );
  }

  /**
   * Handles a stanza now or, in order, when it is the room's turn.
   * @throws StanzaError resource-constraint if too much of the sender's waits
   */
  async run<T>({ room, from, stanza }: Arrival, handle: () => Promise<T>): Promise<T | undefined> {
    if (this.#mayGo(room, room)) return await handle();
    const account: Account = { kind: "user", name: from.bare.text };
    const line = this.#lineAt(room, room);
    const size = charactersIn(stanza) + AROUND;
    const place = `${room} ${from.text}`;
    if (!this.#hasSpace(line, account, size) && !this.#mayLeave(stanza, place)) {
      if (stanza.name === "presence") return undefined;
      throw new StanzaError(
        "wait",
        "resource-constraint",
        "The room is busy, and many of your stanzas to it wait already. Try again in a few seconds.",
        { by: room },
      );
    }
    return await new Promise((resolve) => {
      this.#enqueue(line, account, size, () => {
        this.#leaving.delete(place);
        resolve(handle());
      });
    });
  }

  /**
   * Handles a call now, or when each of its rooms had a turn. A caller's calls to a room are handled in order.
   * @returns a refusal if too many of the caller's calls wait, or if the call has waited for too long
   */
  async call<T>(
    { rooms, account = OPERATOR, size = 0 }: Call,
    handle: () => Promise<T>,
  ): Promise<T | Refusal> {
    const { isReady, backlog } = this.outbox;
    const keyed = rooms.map((room) => ({ room, key: `${room} ${account.name}` }));
    const busy = isReady ? keyed.filter(({ room, key }) => !this.#mayGo(key, room)) : [];
    if (busy.length === 0) return await handle();
    const lines = busy.map(({ room, key }) => this.#lineAt(key, room));
    const refusal = (): Refusal =>
      unavailable(`${busy[0]?.room} is busy, and earlier calls wait; nothing was accepted, try again later`);
    const hasSpace = (line: Line): boolean =>
      line.works.length === 0 || this.#hasSpace(line, account, size + AROUND);
    if (!lines.every(hasSpace)) return refusal();
    return await new Promise((resolve) => {
      let left = lines.length;
      const timer = setTimeout(() => {
        left = NaN;
        // Waiting helps nobody if the server is silent.
        resolve(backlog.isAckedWithin(this.patience) ? refusal() : handle());
      }, this.patience).unref();
      for (const line of lines)
        this.#enqueue(line, account, size + AROUND, () => {
          left -= 1;
          if (left !== 0) return;
          clearTimeout(timer);
          resolve(handle());
        });
    });
  }

  /** Does a step of a room's change when it is the room's turn, before all that waits. */
  step(room: string, work: Work): void {
    this.#steps.set(room, work);
    this.#resumeSoon();
  }

  /** Whether a session's leaving must wait even over the quota: once, as its server doesn't announce it again. */
  #mayLeave({ name, attrs }: Element, place: string): boolean {
    if (name !== "presence" || attrs.type !== "unavailable" || this.#leaving.has(place)) return false;
    this.#leaving.add(place);
    return true;
  }

  #lineAt(key: string, room: string): Line {
    const quotas = new QuotaPool(() => (MAX_WAITING - this.#quotas.used) * LINE);
    return this.#lines.get(key) ?? { key, room, works: [], quotas };
  }

  #hasSpace({ quotas }: Line, { name, kind }: Account, size: number): boolean {
    const portion = PORTION[kind];
    return this.#quotas.hasRoom(name, size, portion) && quotas.hasRoom(name, size, portion);
  }

  #enqueue(line: Line, { name }: Account, size: number, work: Work): void {
    const pools = [this.#quotas, line.quotas];
    for (const pool of pools) pool.acquire(name, size);
    line.works.push(() => {
      for (const pool of pools) pool.release(name, size);
      work();
    });
    this.#lines.set(line.key, line);
    this.#resumeSoon();
  }

  #mayGo(key: string, room: string): boolean {
    return !this.#lines.has(key) && !this.#steps.has(room) && this.#isTurn(room);
  }

  #isTurn(room: string): boolean {
    const { backlog } = this.outbox;
    const unacked = backlog.of(room);
    if (unacked < SMALL.stanzas && this.sessionsIn(room) <= SMALL.sessions) return true;
    return unacked > 0 ? backlog.isFree(room) : !backlog.isFull;
  }

  #resumeSoon(): void {
    if (this.#isDue || this.#lines.size + this.#steps.size === 0) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#resume();
    });
  }

  /** Lets each line whose turn it is do one piece of work, round after round. */
  #resume(): void {
    let isAny = this.#lines.size + this.#steps.size > 0;
    while (isAny) {
      isAny = false;
      for (const [room, step] of [...this.#steps]) {
        if (!this.#isTurn(room)) continue;
        if (this.#slice.isOver) return;
        this.#steps.delete(room);
        step();
        isAny = true;
      }
      for (const [key, line] of [...this.#lines]) {
        const { room, works } = line;
        if (this.#steps.has(room) || !this.#isTurn(room)) continue;
        if (this.#slice.isOver) return;
        const work = works.shift();
        this.#lines.delete(key);
        if (works.length > 0) this.#lines.set(key, line);
        work?.();
        isAny = true;
      }
    }
  }
}
