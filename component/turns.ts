/**
 * Lets rooms take turns. While a room has many unacknowledged stanzas (outbox/backlog.ts), the stanzas sent to it wait in
 * order, and other rooms go on. So a crowded room, whose every change makes hundreds of stanzas, delays only itself.
 */
import type { Metrics } from "./metrics.js";
import { TickSlice } from "./limits/meter.js";
import type { Backlog } from "./outbox/backlog.js";
import { QuotaPool } from "./limits/quota-pool.js";
import type { Jid } from "./addresses/address.js";
import { StanzaError } from "./inbound/stanza-error.js";
import type { Element } from "./xml/builder.js";
import { charactersIn } from "./xml/extent.js";

/** A room with at most this many sessions doesn't wait for other rooms, up to this many unacknowledged stanzas. */
const SMALL = { sessions: 64, stanzas: 256 };
/** How many characters of stanzas may wait, for all rooms together. */
const MOST = 32 * 1024 * 1024;
/** The characters that an account may let wait, relative to what is free. */
const PORTION = 1 / 8;
/** The size that is counted for each stanza in addition to its characters, because its elements need memory. */
const AROUND = 512;

/** A stanza to a room, or to an occupant's address. */
interface Arrival {
  readonly stanza: Element;
  readonly from: Jid;
  /** The room's bare address. */
  readonly room: string;
}

type Work = () => void;

export class Turns {
  /** What waits, by room. The room whose turn is next comes first. */
  readonly #waiting = new Map<string, Work[]>();
  readonly #quotas = new QuotaPool(MOST);
  readonly #slice = new TickSlice(() => this.#resume());
  /** Sessions that have left a room although their account's quota is used up, and whose leaving waits. */
  readonly #leaving = new Set<string>();
  #isDue = false;

  /** @param sessionsIn returns how many sessions are in a room; 0 if the room isn't in memory */
  constructor(
    private readonly backlog: Pick<Backlog, "of" | "isFree" | "isFull" | "onAcked">,
    private readonly sessionsIn: (room: string) => number,
    metrics: Pick<Metrics, "gaugeOf">,
  ) {
    backlog.onAcked = () => this.#resumeSoon();
    metrics.gaugeOf(
      "qtalk_rooms_waiting",
      "Rooms whose stanzas wait for their turn",
      () => this.#waiting.size,
    );
  }

  /**
   * Handles a stanza now or, in order, when it is the room's turn.
   * @throws StanzaError resource-constraint if too much of the sender's waits
   */
  async run<T>(arrival: Arrival, handle: () => Promise<T>): Promise<T | undefined> {
    const { room, from, stanza } = arrival;
    if (!this.#waiting.has(room) && this.#isTurn(room)) return await handle();
    const account = from.bare.text;
    const size = charactersIn(stanza) + AROUND;
    const place = `${room} ${from.text}`;
    if (!this.#quotas.hasRoom(account, size, PORTION) && !this.#mayLeave(stanza, place)) {
      if (stanza.name === "presence") return undefined;
      throw new StanzaError(
        "wait",
        "resource-constraint",
        "The room is busy, and many of your stanzas to it wait already. Try again in a few seconds.",
        { by: room },
      );
    }
    this.#quotas.acquire(account, size);
    return await new Promise((resolve) => {
      this.next(room, "last", () => {
        this.#quotas.release(account, size);
        this.#leaving.delete(place);
        resolve(handle());
      });
    });
  }

  /** Does work when it is the room's turn: before all that waits ("first"), or after it. */
  next(room: string, order: "first" | "last", work: Work): void {
    const waiting = this.#waiting.get(room) ?? [];
    if (order === "first") waiting.unshift(work);
    else waiting.push(work);
    this.#waiting.set(room, waiting);
    this.#resumeSoon();
  }

  /** Whether a session's leaving must wait even over the quota: once, as its server doesn't announce it again. */
  #mayLeave({ name, attrs }: Element, place: string): boolean {
    if (name !== "presence" || attrs.type !== "unavailable" || this.#leaving.has(place)) return false;
    this.#leaving.add(place);
    return true;
  }

  #isTurn(room: string): boolean {
    const unacked = this.backlog.of(room);
    if (unacked < SMALL.stanzas && this.sessionsIn(room) <= SMALL.sessions) return true;
    return unacked > 0 ? this.backlog.isFree(room) : !this.backlog.isFull;
  }

  #resumeSoon(): void {
    if (this.#isDue || this.#waiting.size === 0) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#resume();
    });
  }

  /** Lets each room whose turn it is do one piece of work, round after round. */
  #resume(): void {
    let isAny = this.#waiting.size > 0;
    while (isAny) {
      isAny = false;
      for (const [room, waiting] of [...this.#waiting]) {
        if (!this.#isTurn(room)) continue;
        if (this.#slice.isOver) return;
        const work = waiting.shift();
        this.#waiting.delete(room);
        if (waiting.length > 0) this.#waiting.set(room, waiting);
        work?.();
        isAny = true;
      }
    }
  }
}
