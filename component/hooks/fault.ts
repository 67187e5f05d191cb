/** The reasons why a post to a webhook is refused. They are returned, never thrown. */
import { Errcode, type Refusal } from "../refusal.js";

/**
 * The kind of reason. `payload`: the format is unknown, or isn't the hook's; `attachments`: more than Slack allows;
 * `fast`: above the rate limit; `suffix`: no
 * program adds this to a hook's URL; `missing`: the room doesn't exist; `gone`: the room was destroyed; `forbidden`: the
 * sender may not post there; `undelivered`: accepted, and then returned or never confirmed; `unanswered`: a room of
 * another service doesn't answer, and nothing was accepted; `unavailable`: temporary, and nothing was accepted.
 */
export type FaultKind =
  | "payload"
  | "attachments"
  | "empty"
  | "template"
  | "large"
  | "fast"
  | "signature"
  | "suffix"
  | "missing"
  | "gone"
  | "forbidden"
  | "undelivered"
  | "unanswered"
  | "unavailable";

export class HookFault {
  constructor(
    readonly kind: FaultKind,
    /** An explanation for the administrator of the posting program. */
    readonly message: string,
    /** How many seconds the program should wait before it tries again. */
    readonly retryAfter?: number,
    /** The id of the message if the post was accepted, and its message wasn't delivered. */
    readonly messageId?: string,
  ) {}
}

/** Faults that pass: what was refused is tried again later. After others, only a change helps. */
const PASSING: ReadonlySet<FaultKind> = new Set(["unavailable", "unanswered", "fast"]);

/** Whether what was refused may be accepted later as it is. Programs are told so, and the component itself tries again. */
export function mayPass({ kind }: Pick<HookFault, "kind">): boolean {
  return PASSING.has(kind);
}

/** Faults of where a hook posts: the program posted as it should. */
const OF_PLACE: ReadonlySet<FaultKind> = new Set([
  ...(["missing", "gone", "forbidden"] as const),
  ...(["undelivered", "unanswered", "unavailable"] as const),
]);

/** Whether a post was refused for where the hook posts, and not for what the program posted. */
export function isOfPlace({ kind }: Pick<HookFault, "kind">): boolean {
  return OF_PLACE.has(kind);
}

/** Makes the fault of a post of which nothing was accepted. */
export function notAccepted(kind: "unanswered" | "unavailable", why: string): HookFault {
  return new HookFault(kind, `${why}; nothing was sent, try again`);
}

/** Converts the refusal of an operation to a fault. */
export function hookFaultOf({ errcode, message, retryAfter, blame }: Refusal): HookFault {
  if (blame === "rate") return new HookFault("fast", message, retryAfter);
  const kinds: Partial<Record<Errcode, FaultKind>> = {
    [Errcode.forbidden]: "forbidden",
    [Errcode.notFound]: "missing",
    [Errcode.unavailable]: "unavailable",
  };
  return new HookFault(kinds[errcode] ?? "payload", message, retryAfter);
}
