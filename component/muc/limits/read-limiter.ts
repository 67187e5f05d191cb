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
export type ReadRequest = Pick<Inbound, "from" | "stanza"> & { readonly to: Target };

export class ReadLimiter {
  /** @param limits the most bytes of one stanza, and whether memory is short */
  constructor(
    private readonly budget: TokenBuckets,
    private readonly meter: Meter,
    private readonly unqueued: UnqueuedWriter,
    private readonly limits: { readonly memory: Pick<MemoryGuard, "isShort">; readonly stanzaBytes: number },
  ) {}

  /** @throws StanzaError resource-constraint where too much was read, or too much is to be written */
  async answer(request: ReadRequest, work: () => IqReply | Promise<IqReply>): Promise<IqReply> {
    const name = request.from.bare.text;
    this.refuseOverBudget(request);
    const done = this.unqueued.whenFree(name, async () => {
      if (!this.budget.consume(name, LEAST)) throw tooMuch(request);
      const reply = await work();
      if (reply !== replied) this.reply(request, reply);
    });
    if (done === undefined) throw tooMuch(request);
    await done;
    return replied;
  }

  /** @throws StanzaError resource-constraint for those who have read too much, and where memory is short */
  refuseOverBudget(request: ReadRequest): void {
    if (this.limits.memory.isShort || this.budget.waitTime(request.from.bare.text, LEAST) > 0)
      throw tooMuch(request);
  }

  /** Writes the result. @throws StanzaTooLarge, and StanzaError as write() does */
  reply(request: ReadRequest, payload: Element | undefined): void {
    const result = serialise(resultOf(request.stanza, payload));
    // What is too long was made all the same.
    this.charge(request, result.length);
    mustFit(result, this.limits.stanzaBytes);
    this.#put(request, result);
  }

  /** Writes finished stanzas to who asked. @throws StanzaError resource-constraint where the server takes no more */
  write(request: ReadRequest, stanzas: WireText): void {
    this.charge(request, Buffer.byteLength(stanzas));
    this.#put(request, stanzas);
  }

  /**
   * Does work whose cost grows with what is stored (meter.ts).
   * @param name what the work is, as operators read it
   * @throws StanzaError resource-constraint once the budget is used up
   */
  metered<T>(name: string, request: ReadRequest, steps: Steps<T>): Promise<T> {
    return this.meter.run(name, steps, (bytes, ms) => {
      this.charge(request, bytes, ms);
      if (this.budget.waitTime(request.from.bare.text) > 0) throw tooMuch(request);
    });
  }

  /** Charges for what was read, and for the time that it took: a second costs as much as a full budget holds. */
  charge({ from }: Pick<ReadRequest, "from">, bytes: number, ms = 0): void {
    const time = ms === 0 ? 0 : (ms / 1000) * this.budget.burst;
    this.budget.debit(from.bare.text, bytes + time);
  }

  #put(request: ReadRequest, stanzas: WireText): void {
    if (!this.unqueued.write(stanzas)) throw tooMuch(request);
  }
}

function tooMuch({ to }: ReadRequest): StanzaError {
  return new StanzaError("wait", "resource-constraint", "You read too much at once; ask again in a while.", {
    by: to.jid.bare.text,
  });
}
