/** Counts calls and posts, and keeps the last refused calls, for the console. */
import { Errcode, Refusal } from "../component/refusal.js";
import { reasonOf, type Entry, type CallOutcome } from "./access-log.js";

export interface RefusedCall {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly endpoint: string;
  /** The caller's name; undefined if the caller wasn't identified. */
  readonly caller: string | undefined;
  readonly address: string;
  readonly errcode: Errcode;
  readonly reason: string;
  /** The request's id. */
  readonly request: string;
}

/** Counts a caller's calls, or a webhook's posts, since the process started. */
export interface Use {
  /** How many calls or posts there were, including refused ones. */
  calls: number;
  refused: number;
  /** The time of the last call or post, in milliseconds since 1970. */
  lastAt: number | undefined;
}

export type RefusalKind = keyof typeof Errcode;

const KINDS = new Map<number, RefusalKind>(
  (Object.keys(Errcode) as RefusalKind[]).map((kind) => [Errcode[kind], kind]),
);

/** Replaces an endpoint's name in the log and in metrics if the request is a post to a webhook. */
export const HOOK = "hook";
const MAX_REFUSED = 100;
/** The maximum number of callers and webhooks for which calls are counted. */
const MAX_NAMES = 10_000;

export function kindOf(errcode: number): RefusalKind {
  return KINDS.get(errcode) ?? "unavailable";
}

export class CallRecords {
  /** When counting began, in milliseconds since 1970. */
  readonly since = Date.now();
  /** The counts, with the keys "caller NAME" and "hook NAME". */
  readonly #use = new Map<string, Use>();
  #refused: RefusedCall[] = [];

  note({ endpoint, caller, address, id }: Entry, outcome: CallOutcome): void {
    const at = Date.now();
    const refusal = outcome instanceof Refusal ? outcome : undefined;
    const kind = endpoint === HOOK ? "hook" : "caller";
    if (caller !== undefined) this.#count(`${kind} ${caller}`, at, refusal !== undefined);
    if (refusal === undefined) return;
    const { errcode } = refusal;
    this.#refused.push({ at, endpoint, caller, address, errcode, request: id, reason: reasonOf(refusal) });
    // The array is cut only at twice the length, because cutting copies the array.
    if (this.#refused.length >= 2 * MAX_REFUSED) this.#refused = this.#refused.slice(-MAX_REFUSED);
  }

  /** The last hundred refused calls, newest first. */
  get refused(): readonly RefusedCall[] {
    return this.#refused.slice(-MAX_REFUSED).reverse();
  }

  useOf(kind: "caller" | "hook", name: string): Readonly<Use> {
    return this.#use.get(`${kind} ${name}`) ?? { calls: 0, refused: 0, lastAt: undefined };
  }

  #count(key: string, at: number, isRefused: boolean): void {
    let use = this.#use.get(key);
    if (use === undefined) {
      if (this.#use.size >= MAX_NAMES) return;
      use = { calls: 0, refused: 0, lastAt: undefined };
      this.#use.set(key, use);
    }
    use.calls += 1;
    if (isRefused) use.refused += 1;
    use.lastAt = at;
  }
}
