/** How full the outbox is, and how full it may be. */
import type { Weight } from "../../storage/outbox-row.js";
import type { Refusal } from "../refusal.js";
import { unavailable } from "./unavailable.js";

export class QueueQuota {
  readonly #most: Weight;
  #stanzas: number;
  #bytes: number;

  constructor(most: Weight, now: Weight) {
    this.#most = most;
    this.#stanzas = now.stanzas;
    this.#bytes = now.bytes;
  }

  get stanzas(): number {
    return this.#stanzas;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes this up where it fits, else says why it doesn't. */
  acquire(weight: Weight): Refusal | undefined {
    const { stanzas, bytes } = this.#most;
    if (this.#stanzas + weight.stanzas > stanzas) return full(`${stanzas} stanzas`);
    if (this.#bytes + weight.bytes > bytes) return full(`${bytes} bytes`);
    this.#stanzas += weight.stanzas;
    this.#bytes += weight.bytes;
    return undefined;
  }

  /** So much waits again. */
  restore(weight: Weight): void {
    this.#stanzas += weight.stanzas;
    this.#bytes += weight.bytes;
  }

  /** Rows that another process added were never counted, so it could fall below nothing. */
  release(weight: Weight): void {
    this.#stanzas = Math.max(0, this.#stanzas - weight.stanzas);
    this.#bytes = Math.max(0, this.#bytes - weight.bytes);
  }
}

function full(bound: string): Refusal {
  return unavailable(`the queue holds at most ${bound}; nothing was accepted, try again later`);
}
