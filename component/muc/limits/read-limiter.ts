import type { Steps } from "../../../storage/rooms-archive-reads.js";
import type { UnqueuedWriter } from "../../link/unqueued-writer.js";
import type { MemoryGuard } from "../../limits/memory-guard.js";
import type { Meter } from "../../limits/meter.js";
import { replied, type IqReply } from "../../inbound/iq-reply.js";
import type { Inbound } from "../../inbound/router.js";
import type { StanzaError } from "../../inbound/stanza-error.js";
import type { AddressTarget } from "../../addresses/address.js";
import type { TokenBuckets } from "../../limits/token-bucket.js";
import type { Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { mustFit, type WireText } from "../../xml/wire-text.js";
import type { AnswerWriter } from "./answer-writer.js";
import { iqResultOf, roomError } from "../wire/replies.js";

const LEAST = 1024;

/** A request that reads stored data, such as an archive query. */
export type ReadRequest = Pick<Inbound, "from" | "stanza"> & { readonly to: AddressTarget };

/**
 * Answers requests that read, within the user's budget of bytes and time, and when the link is free. Accounts take
 * turns, and each account's answers wait for each other. A request is refused before any work is done for its reply.
 */
export class ReadLimiter {
  constructor(
    private readonly budget: TokenBuckets,
    private readonly meter: Meter,
    private readonly answers: Pick<AnswerWriter, "write">,
    private readonly context: {
      readonly memory: Pick<MemoryGuard, "isShort">;
      readonly stanzaBytes: number;
      readonly unqueued: Pick<UnqueuedWriter, "whenFree">;
    },
  ) {}

  /**
   * Answers a request.
   * @param work makes the reply; returns `replied` if it has sent the reply itself
   * @throws StanzaError resource-constraint if the budget or the link's capacity is used up
   */
  async answer(request: ReadRequest, work: () => IqReply | Promise<IqReply>): Promise<IqReply> {
    const name = request.from.bare.text;
    this.refuseOverBudget(request);
    const done = this.context.unqueued.whenFree(name, async () => {
      if (!this.budget.consume(name, LEAST)) throw tooMuch(request);
      const reply = await work();
      if (reply !== replied) await this.reply(request, reply);
    });
    if (done === undefined) throw tooMuch(request);
    await done;
    return replied;
  }

  refuseOverBudget(request: ReadRequest): void {
    if (this.context.memory.isShort() || this.budget.waitTime(request.from.bare.text, LEAST) > 0)
      throw tooMuch(request);
  }

  /** Writes an IQ result. Errors are those of write(). */
  async reply(request: ReadRequest, payload: Element | undefined): Promise<void> {
    await this.write(request, [serialise(iqResultOf(request.stanza, payload))]);
  }

  /** Writes finished stanzas to the requester. @throws StanzaTooLarge, or StanzaError resource-constraint if the link is down */
  async write(request: ReadRequest, stanzas: readonly WireText[]): Promise<void> {
    for (const stanza of stanzas) {
      // A stanza that is too long to send is charged, too.
      this.charge(request, Buffer.byteLength(stanza));
      mustFit(stanza, this.context.stanzaBytes);
    }
    if (!(await this.answers.write(stanzas))) throw tooMuch(request);
  }

  /** Charges each step of the work (meter.ts). @throws StanzaError resource-constraint if the budget is used up */
  metered<T>(name: string, request: ReadRequest, steps: Steps<T>): Promise<T> {
    return this.meter.run(name, steps, (bytes, ms) => {
      this.charge(request, bytes, ms);
      if (this.budget.waitTime(request.from.bare.text) > 0) throw tooMuch(request);
    });
  }

  /** Charges the bytes read, and the milliseconds of work. A second of work costs as much as a full budget. */
  charge({ from }: Pick<ReadRequest, "from">, bytes: number, ms = 0): void {
    const time = ms === 0 ? 0 : (ms / 1000) * this.budget.limits.burst;
    this.budget.debit(from.bare.text, bytes + time);
  }
}

function tooMuch({ to }: ReadRequest): StanzaError {
  return roomError(to.jid, "resource-constraint", "You read too much at once. Try again in a few seconds.");
}
