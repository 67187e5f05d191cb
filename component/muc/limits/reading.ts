/**
 * Answering what somebody reads: within their budget, in bytes of what they are given and in time that it takes, once
 * the link takes it, and a little at a time where many ask. What is refused is refused before it is made.
 */
import type { Steps } from "../../../storage/rooms-archive-reads.js";
import type { UnqueuedWriter } from "../../link/unqueued-writer.js";
import type { MemoryGuard } from "../../memory-guard.js";
import type { Meter } from "../../meter.js";
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

export class Reading {
  /** @param limits the most bytes of one stanza, and whether memory is short */
  constructor(
    private readonly budget: TokenBuckets,
    private readonly meter: Meter,
    private readonly unqueued: UnqueuedWriter,
    private readonly limits: { readonly memory: Pick<MemoryGuard, "isShort">; readonly stanzaBytes: number },
  ) {}

  /** @throws StanzaError resource-constraint where too much was read, or too much is to be written */
  async answer(asked: Asked, work: () => IqReply | Promise<IqReply>): Promise<IqReply> {
    const name = asked.from.bare.text;
    this.refuseSpent(asked);
    const done = this.unqueued.whenFree(name, async () => {
      if (!this.budget.consume(name, LEAST)) throw tooMuch(asked);
      const reply = await work();
      if (reply !== replied) this.reply(asked, reply);
    });
    if (done === undefined) throw tooMuch(asked);
    await done;
    return replied;
  }

  /** @throws StanzaError resource-constraint for those who have read too much, and where memory is short */
  refuseSpent(asked: Asked): void {
    if (this.limits.memory.isShort || this.budget.waitTime(asked.from.bare.text, LEAST) > 0)
      throw tooMuch(asked);
  }

  /** Writes the result. @throws StanzaTooLarge, and StanzaError as write() does */
  reply(asked: Asked, payload: Element | undefined): void {
    const result = serialise(resultOf(asked.stanza, payload));
    // What is too long was made all the same.
    this.charge(asked, result.length);
    mustFit(result, this.limits.stanzaBytes);
    this.#put(asked, result);
  }

  /** Writes finished stanzas to who asked. @throws StanzaError resource-constraint where the server takes no more */
  write(asked: Asked, stanzas: WireText): void {
    this.charge(asked, Buffer.byteLength(stanzas));
    this.#put(asked, stanzas);
  }

  /**
   * Does work whose cost grows with what is stored (meter.ts).
   * @param name what the work is, as operators read it
   * @throws StanzaError resource-constraint once the budget is used up
   */
  metered<T>(name: string, asked: Asked, steps: Steps<T>): Promise<T> {
    return this.meter.run(name, steps, (bytes, ms) => {
      this.charge(asked, bytes, ms);
      if (this.budget.waitTime(asked.from.bare.text) > 0) throw tooMuch(asked);
    });
  }

  /** Charges for what was read, and for the time that it took: a second costs as much as a full budget holds. */
  charge({ from }: Pick<Asked, "from">, bytes: number, ms = 0): void {
    const time = ms === 0 ? 0 : (ms / 1000) * this.budget.burst;
    this.budget.debit(from.bare.text, bytes + time);
  }

  #put(asked: Asked, stanzas: WireText): void {
    if (!this.unqueued.write(stanzas)) throw tooMuch(asked);
  }
}

function tooMuch({ to }: Asked): StanzaError {
  return new StanzaError("wait", "resource-constraint", "You read too much at once; ask again in a while.", {
    by: to.jid.bare.text,
  });
}
