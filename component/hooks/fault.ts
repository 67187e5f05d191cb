/** Why a post comes to nothing. A value, never thrown. */
import { Errcode, type Refusal } from "../refusal.js";

/**
 * - payload: it is of no known kind, or not of the hook's
 * - attachments: it has more of them than Slack allows
 * - empty: it says nothing
 * - template: the template can't be rendered with it
 * - large: more bytes than a hook takes
 * - fast: more posts than a hook takes
 * - signature: it isn't signed as it should be
 * - missing: the room isn't there
 * - gone: the room was destroyed
 * - forbidden: the sender may not speak there
 * - unavailable: not now; nothing was accepted
 */
export type FaultKind =
  | "payload"
  | "attachments"
  | "empty"
  | "template"
  | "large"
  | "fast"
  | "signature"
  | "missing"
  | "gone"
  | "forbidden"
  | "unavailable";

export class HookFault {
  constructor(
    readonly kind: FaultKind,
    /** One plain sentence for whoever set the program up. */
    readonly message: string,
    /** Seconds after which trying again makes sense. */
    readonly retryAfter?: number,
  ) {}
}

/** What an operation's refusal is to a hook. */
export function faultOf({ errcode, message, retryAfter }: Refusal): HookFault {
  const kinds: Partial<Record<Errcode, FaultKind>> = {
    [Errcode.forbidden]: "forbidden",
    [Errcode.notFound]: "missing",
    [Errcode.unavailable]: "unavailable",
  };
  return new HookFault(kinds[errcode] ?? "payload", message, retryAfter);
}
