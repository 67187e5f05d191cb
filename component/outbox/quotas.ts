/**
 * The limits of the outbox: in total, and for each account. A caller's part is at most as large as the free rest, a user's
 * at most an eighth of it, so a flood is refused while other accounts' calls are accepted.
 */
import { minus, plus } from "../../storage/outbox-progress.js";
import type { Weight } from "../../storage/outbox-row.js";
import type { Account } from "../../storage/unit-of-work.js";
import { QuotaPool } from "../quota-pool.js";
import { Errcode, Refusal } from "../refusal.js";

/** The waiting rows of some calls of one account. */
interface Part {
  readonly name: string;
  calls: number;
  weight: Weight;
  /** The last row. */
  last: number;
}

const PORTION = { caller: 1, user: 1 / 8 } as const;
/** The most calls in one entry, as a million may wait. */
const TOGETHER = 100;
const ONE: Weight = { stanzas: 1, bytes: 1 };
/** Seconds after which a refused caller may try again. */
const RETRY_AFTER = 5;

export class Quotas {
  readonly #stanzas: QuotaPool;
  readonly #bytes: QuotaPool;
  /** In the order of the rows. */
  readonly #parts: Part[] = [];
  #used: Weight;

  /** @param used what waits already, of no account */
  constructor(
    private readonly most: Weight,
    used: Weight,
  ) {
    this.#used = used;
    this.#stanzas = new QuotaPool(most.stanzas);
    this.#bytes = new QuotaPool(most.bytes);
  }

  /** Returns a refusal if this account's quota is used up, or would be with this weight. */
  refuse({ name, kind }: Account, { stanzas, bytes }: Weight = ONE): Refusal | undefined {
    const portion = PORTION[kind];
    if (this.#stanzas.hasRoom(name, stanzas, portion) && this.#bytes.hasRoom(name, bytes, portion))
      return undefined;
    return unavailable(`too many stanzas of this ${kind} are waiting; nothing was accepted, try again later`);
  }

  /** Counts rows that will be stored. @returns a refusal if the outbox has no room for them */
  take(weight: Weight, account: Account | undefined): Refusal | undefined {
    const { stanzas, bytes } = plus(this.#used, weight);
    if (weight.stanzas === 0) return undefined;
    if (stanzas > this.most.stanzas) return full(`${this.most.stanzas} stanzas`);
    if (bytes > this.most.bytes) return full(`${this.most.bytes} bytes`);
    this.add(weight);
    if (account === undefined) return undefined;
    this.#stanzas.acquire(account.name, weight.stanzas);
    this.#bytes.acquire(account.name, weight.bytes);
    return undefined;
  }

  /** Takes back rows that were counted and not stored. */
  giveBack(weight: Weight, account: Account | undefined): void {
    this.remove(weight);
    if (account !== undefined) this.#release(account.name, weight);
  }

  /** Counted rows are stored, up to this one. */
  stored({ name }: Account, weight: Weight, last: number): void {
    const before = this.#parts.at(-1);
    if (before?.name === name && before.calls < TOGETHER) {
      before.calls += 1;
      before.weight = plus(before.weight, weight);
      before.last = last;
    } else this.#parts.push({ name, calls: 1, weight, last });
  }

  /** All rows before this one are acknowledged, or parked: they take no quota any more. */
  acked(rowId: number): void {
    for (let [first] = this.#parts; first !== undefined && first.last < rowId; [first] = this.#parts) {
      this.#parts.shift();
      this.#release(first.name, first.weight);
    }
  }

  /** More waits. */
  add(weight: Weight): void {
    this.#used = plus(this.#used, weight);
  }

  /** Less waits. Rows that another process put back were never counted, so this stops at zero. */
  remove(weight: Weight): void {
    const { stanzas, bytes } = minus(this.#used, weight);
    this.#used = { stanzas: Math.max(0, stanzas), bytes: Math.max(0, bytes) };
  }

  #release(name: string, { stanzas, bytes }: Weight): void {
    this.#stanzas.release(name, stanzas);
    this.#bytes.release(name, bytes);
  }
}

/** The refusal of a call that can't be accepted now. */
export function unavailable(text: string): Refusal {
  return new Refusal(Errcode.unavailable, text, RETRY_AFTER);
}

function full(bound: string): Refusal {
  return unavailable(`the queue holds at most ${bound}; nothing was accepted, try again later`);
}
