/**
 * What became of a webhook's message. It is decided and stored once: in remote/ for rooms of other services, in
 * storage/dead-letters.ts, and in hooks.ts for errors. Until then, the outbox knows what is acknowledged.
 */
import type { DecidedOutcome, HookMessage } from "../../storage/hook-messages.js";
import { HookFault, type FaultKind } from "./fault.js";

/** `queued`: not decided yet. `confirmed`: the server acknowledged it, or a room of another service sent it back. */
export type PostOutcome = DecidedOutcome | "queued";

/** The outcomes of an accepted post for which nothing has to be done. */
export type AcceptedOutcome = Extract<PostOutcome, "queued" | "stored" | "confirmed">;

export interface MessageOutcome {
  readonly outcome: PostOutcome;
  /** The condition of the error that came back (RFC 6120 §8.3.3). */
  readonly condition?: string | undefined;
  /** Why the message wasn't delivered, as a message for operators. */
  readonly reason?: string | undefined;
}

/** Returns what became of a message. @param outbox knows which calls wait for the server's acknowledgement */
export function outcomeOf(
  { outcome, condition, reason, call }: Pick<HookMessage, "call" | "outcome" | "condition" | "reason">,
  outbox: { isWaiting(call: number): boolean },
): MessageOutcome {
  if (outcome !== undefined) return { outcome, condition, reason };
  return { outcome: call === undefined || outbox.isWaiting(call) ? "queued" : "confirmed" };
}

/** Returns the answer to a post whose message has this outcome: the first answer, and that to a repeated post. */
export function answerOf(
  id: string,
  { outcome, condition = "", reason }: MessageOutcome,
): AcceptedOutcome | HookFault {
  const fault = (kind: FaultKind, why: string): HookFault => new HookFault(kind, why, undefined, id);
  switch (outcome) {
    case "queued":
    case "stored":
    case "confirmed":
      return outcome;
    case "bounced":
    case "refused":
      return fault(faultKindOf(condition) ?? "undelivered", reason ?? `an error came back: ${condition}`);
    case "dead letter":
    case "dropped":
      return fault("payload", `the server doesn't take it (${reason ?? outcome}): see outbox list`);
  }
}

/** Returns an outcome as the end of a sentence about the message. */
export function outcomeText({ outcome, condition, reason }: MessageOutcome): string {
  if (outcome === "stored") return "stored: nobody is in the room, so nothing was sent";
  const why = reason ?? condition;
  return why === undefined ? outcome : `${outcome} (${why})`;
}

/** The conditions with which rooms refuse bots or their messages until an operator acts. */
const KINDS: ReadonlyMap<string, FaultKind> = new Map([
  ["gone", "gone"],
  ["item-not-found", "missing"],
  ["registration-required", "forbidden"],
  ["forbidden", "forbidden"],
  ["not-authorized", "forbidden"],
  ["conflict", "forbidden"],
  ["not-allowed", "forbidden"],
  ["not-acceptable", "forbidden"],
]);

/** Returns the kind of fault that an error's condition makes; undefined for conditions that may pass. */
export function faultKindOf(condition: string): FaultKind | undefined {
  return KINDS.get(condition);
}
