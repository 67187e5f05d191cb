/** Reasons for refusing a post. A value, never thrown. */
import { Errcode, type Refusal } from "../refusal.js";

/**
 * - payload: of no known format, or not of the hook's
 * - attachments: more attachments than Slack allows
 * - empty: no text
 * - template: the template can't be rendered with it
 * - large: over the size limit
 * - fast: over the rate limit
 * - signature: not signed, or with another key
 * - missing: the room doesn't exist
 * - gone: the room was destroyed
 * - forbidden: the sender may not post there
 * - unavailable: temporarily; nothing was accepted
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
    /** A message for the administrator of the posting program. */
    readonly message: string,
    /** Seconds after which to try again. */
    readonly retryAfter?: number,
  ) {}
}

/** Converts an operation's refusal. */
export function faultOf({ errcode, message, retryAfter }: Refusal): HookFault {
  const kinds: Partial<Record<Errcode, FaultKind>> = {
    [Errcode.forbidden]: "forbidden",
    [Errcode.notFound]: "missing",
    [Errcode.unavailable]: "unavailable",
  };
  return new HookFault(kinds[errcode] ?? "payload", message, retryAfter);
}
