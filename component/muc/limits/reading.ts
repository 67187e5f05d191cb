/**
 * Answering what somebody reads: within their budget, in bytes of what they are given, once the link takes it, and a
 * little at a time where many ask. What is refused is refused before it is made.
 */
import type { UnqueuedWriter } from "../../link/unqueued-writer.js";
import type { MemoryGuard } from "../../memory-guard.js";
import { replied, type Inbound, type IqReply } from "../../router.js";
import { StanzaError } from "../../stanza-error.js";
import type { Target } from "../../target.js";
import type { TokenBuckets } from "../../token-bucket.js";
import type { Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { mustFit, type WireText } from "../../xml/wire-text.js";
import { resultOf } from "../wire/iq-result.js";

/** What any answer costs at least, in bytes: it is made, however short it is. */
const LEAST = 1024;

/** Who asks, for what. */
export type Asked = Pick<Inbound, "from" | "stanza"> & { readonly to: Target };

export interface ReadingParts {
  readonly unqueued: UnqueuedWriter;
  readonly memory: Pick<MemoryGuard, "isShort">;
  /** The most bytes of one stanza. */
  readonly stanzaBytes: number;
}

export class Reading {
  readonly #budget: TokenBuckets;
  readonly #unqueued: UnqueuedWriter;
  readonly #memory: ReadingParts["memory"];
  readonly #stanzaBytes: number;

  constructor(budget: TokenBuckets, { unqueued, memory, stanzaBytes }: ReadingParts) {
    this.#budget = budget;
    this.#unqueued = unqueued;
    this.#memory = memory;
    this.#stanzaBytes = stanzaBytes;
  }

  /** @throws StanzaError resource-constraint where too much was read, or too much is to be written */
  async answer(asked: Asked, work: () => IqReply | Promise<IqReply>): Promise<IqReply> {
    const name = asked.from.bare.text;
    this.refuseSpent(asked);
    const done = this.#unqueued.whenFree(name, async () => {
      if (!this.#budget.consume(name, LEAST)) throw tooMuch(asked);
      const reply = await work();
      if (reply !== replied) this.reply(asked, reply);
    });
    if (done === undefined) throw tooMuch(asked);
    await done;
    return replied;
  }

  /** @throws StanzaError resource-constraint for those who have read too much, and where memory is short */
  refuseSpent(asked: Asked): void {
    if (this.#memory.isShort || this.#budget.waitTime(asked.from.bare.text, LEAST) > 0) throw tooMuch(asked);
  }

  /** Writes the result. @throws StanzaTooLarge, and StanzaError as write() does */
  reply(asked: Asked, payload: Element | undefined): void {
    const result = serialise(resultOf(asked.stanza, payload));
    // What is too long was made all the same.
    this.charge(asked, result.length);
    mustFit(result, this.#stanzaBytes);
    this.#put(asked, result);
  }

  /** Writes finished stanzas to who asked. @throws StanzaError resource-constraint where the server takes no more */
  write(asked: Asked, stanzas: WireText): void {
    this.charge(asked, stanzas.length);
    this.#put(asked, stanzas);
  }

  /** Charges for work that isn't seen in what is written, as so many bytes. */
  charge({ from }: Asked, bytes: number): void {
    this.#budget.debit(from.bare.text, bytes);
  }

  #put(asked: Asked, stanzas: WireText): void {
    if (!this.#unqueued.write(stanzas)) throw tooMuch(asked);
  }
}

function tooMuch({ to }: Asked): StanzaError {
  return new StanzaError("wait", "resource-constraint", "You read too much at once; ask again in a while.", {
    by: to.jid.bare.text,
  });
}
