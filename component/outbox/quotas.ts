/**
 * Counts what waits in the outbox, and limits it, in total and for each account, so that one account can't fill it for
 * all. A caller's quota equals the space that is still free; a user's quota is an eighth of it.
 */
import { plus, weightOfRows, type Row, type Weight } from "../../storage/outbox-row.js";
import type { OutboxStates } from "../../storage/outbox-store.js";
import type { Account } from "../../storage/unit-of-work.js";
import { QuotaPool } from "../limits/quota-pool.js";
import { Errcode, Refusal } from "../refusal.js";
import { causeOf } from "../../storage/storage-fault.js";

/** Waiting rows of consecutive calls of one account, which count against its quota. */
interface Charge {
  readonly name: string;
  calls: number;
  weight: Weight;
  /** The id of the last row. */
  last: number;
}

/** The most that an account may use, relative to what is free. */
export const PORTION = { caller: 1, user: 1 / 8 } as const;
/** How many calls are counted in one entry, to save memory: up to a million calls may wait. */
const CALLS_TOGETHER = 100;
const ONE: Weight = { stanzas: 1, bytes: 1 };
/** How many seconds a refused caller is asked to wait. */
const RETRY_AFTER = 5;

export class Quotas {
  readonly #stanzas: QuotaPool;
  readonly #bytes: QuotaPool;
  readonly #charges: Charge[] = [];
  readonly states: { readonly [State in keyof OutboxStates]: { stanzas: number; bytes: number } };

  /** @param states the rows of an earlier process; they count for no account */
  constructor(
    private readonly most: Weight,
    { waiting, parked }: OutboxStates,
  ) {
    this.states = { waiting: { ...waiting }, parked: { ...parked } };
    this.#stanzas = new QuotaPool(most.stanzas);
    this.#bytes = new QuotaPool(most.bytes);
  }

  /** Returns a refusal if this account's quota is used up, or would be exceeded by this weight. */
  refuse({ name, kind }: Account, { stanzas, bytes }: Weight = ONE): Refusal | undefined {
    // While nothing waits, take() alone decides: a small queue has no room for others anyway.
    if (this.states.waiting.stanzas + this.states.parked.stanzas === 0) return undefined;
    const portion = PORTION[kind];
    if (this.#stanzas.hasRoom(name, stanzas, portion) && this.#bytes.hasRoom(name, bytes, portion))
      return undefined;
    return unavailable(`too many stanzas of this ${kind} are waiting; nothing was accepted, try again later`);
  }

  /** Counts rows that are about to be stored. @returns a refusal if the outbox has no room for the rows */
  take(weight: Weight, account: Account | undefined): Refusal | undefined {
    const { waiting, parked } = this.states;
    const { stanzas, bytes } = plus(plus(waiting, parked), weight);
    if (weight.stanzas === 0) return undefined;
    if (stanzas > this.most.stanzas) return full(`${this.most.stanzas} stanzas`);
    if (bytes > this.most.bytes) return full(`${this.most.bytes} bytes`);
    this.count("waiting", weight);
    if (account === undefined) return undefined;
    this.#stanzas.acquire(account.name, weight.stanzas);
    this.#bytes.acquire(account.name, weight.bytes);
    return undefined;
  }

  /** Subtracts rows that were counted but couldn't be stored. */
  giveBack(weight: Weight, account: Account | undefined): void {
    this.count("waiting", weight, -1);
    if (account !== undefined) this.#release(account.name, weight);
  }

  /** Notes that counted rows are stored. @param last the id of the last of these rows */
  stored({ name }: Account, weight: Weight, last: number): void {
    const before = this.#charges.at(-1);
    if (before?.name === name && before.calls < CALLS_TOGETHER) {
      before.calls += 1;
      before.weight = plus(before.weight, weight);
      before.last = last;
    } else this.#charges.push({ name, calls: 1, weight, last });
  }

  /** Frees the quota of all rows before this one, because they are acknowledged or parked. */
  acked(rowId: number): void {
    for (;;) {
      const [first] = this.#charges;
      if (first === undefined || first.last >= rowId) return;
      this.#charges.shift();
      this.#release(first.name, first.weight);
    }
  }

  /** Adds rows that wait or are parked, whoever sends them. @param sign -1 subtracts them */
  count(state: keyof OutboxStates, { stanzas, bytes }: Weight, sign = 1): void {
    this.states[state].stanzas += sign * stanzas;
    this.states[state].bytes += sign * bytes;
  }

  /** Subtracts rows that are acknowledged, too old or dead letters. @returns their weight */
  remove(...rows: readonly Row[]): Weight {
    for (const row of rows) this.count(row.isParked ? "parked" : "waiting", weightOfRows([row]), -1);
    return weightOfRows(rows);
  }

  #release(name: string, { stanzas, bytes }: Weight): void {
    this.#stanzas.release(name, stanzas);
    this.#bytes.release(name, bytes);
  }
}

/** Makes the refusal of a call that can be repeated later. */
export function unavailable(text: string): Refusal {
  return new Refusal(Errcode.unavailable, text, RETRY_AFTER);
}

/** Makes the refusal of a call that could not be stored. @param error the database's error */
export function notStored(error: unknown): Refusal {
  return unavailable(`${causeOf(error)}; nothing was accepted, try again`);
}

function full(bound: string): Refusal {
  return unavailable(`the queue holds at most ${bound}; nothing was accepted, try again later`);
}
