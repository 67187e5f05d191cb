/**
 * How full the outbox may be: altogether, and for each account. Nobody fills it for all: a caller's share is at most as
 * large as what is free beside it, a user's an eighth of that, so one flood is refused while others' calls still pass.
 */
import type { Weight } from "../../storage/outbox-row.js";
import type { Account } from "../../storage/unit-of-work.js";
import { FairShares } from "../fair-shares.js";
import { Errcode, Refusal } from "../refusal.js";

/** What was accepted for one account, as it waits: a few calls' together. */
interface Share {
  readonly name: string;
  calls: number;
  stanzas: number;
  bytes: number;
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
  readonly #most: Weight;
  #stanzas: number;
  #bytes: number;
  readonly #sharesOfStanzas: FairShares;
  readonly #sharesOfBytes: FairShares;
  /** In the order of their rows. */
  readonly #shares: Share[] = [];

  /** @param used what waits already, nobody's */
  constructor(most: Weight, used: Weight) {
    this.#most = most;
    this.#stanzas = used.stanzas;
    this.#bytes = used.bytes;
    this.#sharesOfStanzas = new FairShares(most.stanzas);
    this.#sharesOfBytes = new FairShares(most.bytes);
  }

  /** How much waits, or is about to be stored. */
  get used(): Weight {
    return { stanzas: this.#stanzas, bytes: this.#bytes };
  }

  /** A refusal if this account's share is full, now or with so much more. */
  refuse({ name, kind }: Account, { stanzas, bytes }: Weight = ONE): Refusal | undefined {
    const portion = PORTION[kind];
    const hasRoom =
      this.#sharesOfStanzas.hasRoom(name, stanzas, portion) &&
      this.#sharesOfBytes.hasRoom(name, bytes, portion);
    return hasRoom
      ? undefined
      : unavailable(`too many stanzas of this ${kind} are waiting; nothing was accepted, try again later`);
  }

  /** Counts what is about to be stored. @returns a refusal if the outbox has no room for it */
  take({ stanzas, bytes }: Weight, account: Account | undefined): Refusal | undefined {
    if (stanzas === 0) return undefined;
    if (this.#stanzas + stanzas > this.#most.stanzas) return full(`${this.#most.stanzas} stanzas`);
    if (this.#bytes + bytes > this.#most.bytes) return full(`${this.#most.bytes} bytes`);
    this.add({ stanzas, bytes });
    if (account === undefined) return undefined;
    this.#sharesOfStanzas.acquire(account.name, stanzas);
    this.#sharesOfBytes.acquire(account.name, bytes);
    return undefined;
  }

  /** Takes back what was counted and not stored. */
  giveBack(weight: Weight, account: Account | undefined): void {
    this.remove(weight);
    if (account === undefined) return;
    this.#sharesOfStanzas.release(account.name, weight.stanzas);
    this.#sharesOfBytes.release(account.name, weight.bytes);
  }

  /** What was counted is stored, up to this row. */
  stored({ name }: Account, { stanzas, bytes }: Weight, last: number): void {
    const before = this.#shares.at(-1);
    if (before?.name === name && before.calls < TOGETHER) {
      before.calls += 1;
      before.stanzas += stanzas;
      before.bytes += bytes;
      before.last = last;
    } else this.#shares.push({ name, calls: 1, stanzas, bytes, last });
  }

  /** All rows before this one are acknowledged, or parked: they take up no share any more. */
  acked(seq: number): void {
    for (let [first] = this.#shares; first !== undefined && first.last < seq; [first] = this.#shares) {
      this.#shares.shift();
      this.#sharesOfStanzas.release(first.name, first.stanzas);
      this.#sharesOfBytes.release(first.name, first.bytes);
    }
  }

  /** So much more waits. */
  add({ stanzas, bytes }: Weight): void {
    this.#stanzas += stanzas;
    this.#bytes += bytes;
  }

  /** So much less waits. What another process put back was never counted, so it could fall below nothing. */
  remove({ stanzas, bytes }: Weight): void {
    this.#stanzas = Math.max(0, this.#stanzas - stanzas);
    this.#bytes = Math.max(0, this.#bytes - bytes);
  }
}

/** The refusal of what can't be taken now; nothing was accepted. */
export function unavailable(text: string): Refusal {
  return new Refusal(Errcode.unavailable, text, RETRY_AFTER);
}

function full(bound: string): Refusal {
  return unavailable(`the queue holds at most ${bound}; nothing was accepted, try again later`);
}
