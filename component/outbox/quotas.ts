/**
 * How full the outbox may be: altogether, and for each account. Nobody fills it for all: a caller's share is at most as
 * large as what is free beside it, a user's an eighth of that, so one flood is refused while others' calls still pass.
 */
import { minus, plus } from "../../storage/outbox-progress.js";
import type { Weight } from "../../storage/outbox-row.js";
import type { Account } from "../../storage/unit-of-work.js";
import { QuotaPool } from "../quota-pool.js";
import { Errcode, Refusal } from "../refusal.js";

/** What was accepted for one account, as it waits: a few calls' together. */
interface Share {
  readonly name: string;
  calls: number;
  weight: Weight;
  /** The last of its rows. */
  last: number;
}

const PORTION = { caller: 1, user: 1 / 8 } as const;
/** Of a million calls that wait there is an entry for each of these many. */
const TOGETHER = 100;
const ONE: Weight = { stanzas: 1, bytes: 1 };
/** After so many seconds a refused caller may try again. */
const RETRY_AFTER = 5;

export class Quotas {
  readonly #stanzas: QuotaPool;
  readonly #bytes: QuotaPool;
  /** In the order of their rows. */
  readonly #shares: Share[] = [];
  #used: Weight;

  /** @param used what waits already, nobody's */
  constructor(
    private readonly most: Weight,
    used: Weight,
  ) {
    this.#used = used;
    this.#stanzas = new QuotaPool(most.stanzas);
    this.#bytes = new QuotaPool(most.bytes);
  }

  /** A refusal if this account's share is full, now or with so much more. */
  refuse({ name, kind }: Account, { stanzas, bytes }: Weight = ONE): Refusal | undefined {
    const portion = PORTION[kind];
    if (this.#stanzas.hasRoom(name, stanzas, portion) && this.#bytes.hasRoom(name, bytes, portion))
      return undefined;
    return unavailable(`too many stanzas of this ${kind} are waiting; nothing was accepted, try again later`);
  }

  /** Counts what is about to be stored. @returns a refusal if the outbox has no room for it */
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

  /** Takes back what was counted and not stored. */
  giveBack(weight: Weight, account: Account | undefined): void {
    this.remove(weight);
    if (account !== undefined) this.#release(account.name, weight);
  }

  /** What was counted is stored, up to this row. */
  stored({ name }: Account, weight: Weight, last: number): void {
    const before = this.#shares.at(-1);
    if (before?.name === name && before.calls < TOGETHER) {
      before.calls += 1;
      before.weight = plus(before.weight, weight);
      before.last = last;
    } else this.#shares.push({ name, calls: 1, weight, last });
  }

  /** All rows before this one are acknowledged, or parked: they take up no share any more. */
  acked(rowId: number): void {
    for (let [first] = this.#shares; first !== undefined && first.last < rowId; [first] = this.#shares) {
      this.#shares.shift();
      this.#release(first.name, first.weight);
    }
  }

  /** So much more waits. */
  add(weight: Weight): void {
    this.#used = plus(this.#used, weight);
  }

  /** So much less waits. What another process put back was never counted, so it could fall below nothing. */
  remove(weight: Weight): void {
    const { stanzas, bytes } = minus(this.#used, weight);
    this.#used = { stanzas: Math.max(0, stanzas), bytes: Math.max(0, bytes) };
  }

  #release(name: string, { stanzas, bytes }: Weight): void {
    this.#stanzas.release(name, stanzas);
    this.#bytes.release(name, bytes);
  }
}

/** The refusal of what can't be taken now; nothing was accepted. */
export function unavailable(text: string): Refusal {
  return new Refusal(Errcode.unavailable, text, RETRY_AFTER);
}

function full(bound: string): Refusal {
  return unavailable(`the queue holds at most ${bound}; nothing was accepted, try again later`);
}
