/** The reasons why a post to a webhook is refused. They are returned, never thrown. */
import { Errcode, type Refusal } from "../refusal.js";

/**
 * The kind of reason:
 * - payload: the post's format is unknown, or isn't the hook's format
 * - attachments: the post has more attachments than Slack allows
 * - empty: the message has no text
 * - template: the template can't be rendered with this post
 * - large: the post is above the size limit
 * - fast: the hook is above its rate limit
 * - signature: the post isn't signed, or is signed with another key
 * - missing: the room doesn't exist
 * - gone: the room was destroyed
 * - forbidden: the sender may not post in the room
 * - unavailable: a temporary reason; nothing was accepted
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
    /** An explanation for the administrator of the posting program. */
    readonly message: string,
    /** How many seconds the program should wait before it tries again. */
    readonly retryAfter?: number,
  ) {}
}

/** Converts the refusal of an operation. */
export function faultOf({ errcode, message, retryAfter }: Refusal): HookFault {
  const kinds: Partial<Record<Errcode, FaultKind>> = {
    [Errcode.forbidden]: "forbidden",
    [Errcode.notFound]: "missing",
    [Errcode.unavailable]: "unavailable",
  };
  return new HookFault(kinds[errcode] ?? "payload", message, retryAfter);
}
