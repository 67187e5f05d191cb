/**
 * Whose stanzas wait in the outbox: a caller's or a user's. Nobody fills it for all: a caller's part is at most as large
 * as what is free beside it, a user's an eighth of that, so one flood is refused while others' calls still pass.
 */
import type { Weight } from "../../storage/outbox-row.js";
import type { Refusal } from "../refusal.js";
import { FairShares } from "../fair-shares.js";
import { unavailable } from "./unavailable.js";

/** Who had something put into the outbox. */
export interface Owner {
  /** Unlike all others' of either kind. */
  readonly name: string;
  readonly kind: "caller" | "user";
  /** The id of the request by which a caller had it done. */
  readonly request?: string | undefined;
}

/** What was accepted for one, as it waits: a few calls' together. */
interface Waiting {
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

export class OwnerQuotas {
  readonly #stanzas: FairShares;
  readonly #bytes: FairShares;
  /** In the order of their rows. */
  readonly #waiting: Waiting[] = [];

  constructor(most: Weight) {
    this.#stanzas = new FairShares(most.stanzas);
    this.#bytes = new FairShares(most.bytes);
  }

  /** Why nothing more is taken from somebody now; undefined where it is. */
  refuse({ name, kind }: Owner, { stanzas, bytes }: Weight): Refusal | undefined {
    const portion = PORTION[kind];
    if (this.#stanzas.hasRoom(name, stanzas, portion) && this.#bytes.hasRoom(name, bytes, portion))
      return undefined;
    const whose = kind === "caller" ? "this caller's" : "this user's";
    return unavailable(`too much of ${whose} waits to be routed; nothing was accepted, try again later`);
  }

  /** Counts what is to be stored. */
  acquire({ name }: Owner, { stanzas, bytes }: Weight): void {
    this.#stanzas.acquire(name, stanzas);
    this.#bytes.acquire(name, bytes);
  }

  /** Takes back what was counted and not stored. */
  release({ name }: Owner, { stanzas, bytes }: Weight): void {
    this.#stanzas.release(name, stanzas);
    this.#bytes.release(name, bytes);
  }

  /** What was counted is stored, up to this row. */
  stored({ name }: Owner, { stanzas, bytes }: Weight, last: number): void {
    const before = this.#waiting.at(-1);
    if (before?.name === name && before.calls < TOGETHER) {
      before.calls += 1;
      before.stanzas += stanzas;
      before.bytes += bytes;
      before.last = last;
    } else this.#waiting.push({ name, calls: 1, stanzas, bytes, last });
  }

  /** All rows before this seq are behind us. */
  confirm(seq: number): void {
    for (let [first] = this.#waiting; first !== undefined && first.last < seq; [first] = this.#waiting) {
      this.#waiting.shift();
      this.#stanzas.release(first.name, first.stanzas);
      this.#bytes.release(first.name, first.bytes);
    }
  }
}
