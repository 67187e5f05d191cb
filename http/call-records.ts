/** Call counts by caller and hook, and the last refused calls, for the console. */
import { Errcode, Refusal } from "../component/refusal.js";
import { reasonOf, type Entry, type CallOutcome } from "./access-log.js";

export interface RefusedCall {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly endpoint: string;
  /** Undefined if the caller wasn't identified. */
  readonly caller: string | undefined;
  readonly address: string;
  readonly errcode: Errcode;
  readonly reason: string;
  /** The request id. */
  readonly request: string;
}

/** Calls of a caller, or posts to a hook, since the process started. */
export interface Use {
  calls: number;
  refused: number;
  /** Milliseconds since 1970; undefined: never. */
  lastAt: number | undefined;
}

/** The name of an errcode. */
export type RefusalKind = keyof typeof Errcode;

const KINDS = new Map<number, RefusalKind>(
  (Object.keys(Errcode) as RefusalKind[]).map((kind) => [Errcode[kind], kind]),
);

/** The endpoint label of posts to hooks in the log and in metrics. */
export const HOOK = "hook";
/** The most refused calls that are kept. */
const MOST_REFUSED = 100;
/** The most callers and hooks that are counted. */
const MOST_NAMES = 10_000;

export function kindOf(errcode: number): RefusalKind {
  return KINDS.get(errcode) ?? "unavailable";
}

export class CallRecords {
  readonly since = Date.now();
  readonly #use = new Map<string, Use>();
  #refused: RefusedCall[] = [];

  /** Records a call that has ended. */
  note({ endpoint, caller, address, id }: Entry, outcome: CallOutcome): void {
    const at = Date.now();
    const refusal = outcome instanceof Refusal ? outcome : undefined;
    const kind = endpoint === HOOK ? "hook" : "caller";
    if (caller !== undefined) this.#count(`${kind} ${caller}`, at, refusal !== undefined);
    if (refusal === undefined) return;
    const { errcode } = refusal;
    this.#refused.push({ at, endpoint, caller, address, errcode, request: id, reason: reasonOf(refusal) });
    // Trimmed only when twice as long, as trimming copies.
    if (this.#refused.length >= 2 * MOST_REFUSED) this.#refused = this.#refused.slice(-MOST_REFUSED);
  }

  /** The last refused calls, the newest first. */
  get refused(): readonly RefusedCall[] {
    return this.#refused.slice(-MOST_REFUSED).reverse();
  }

  useOf(kind: "caller" | "hook", name: string): Readonly<Use> {
    return this.#use.get(`${kind} ${name}`) ?? { calls: 0, refused: 0, lastAt: undefined };
  }

  #count(key: string, at: number, isRefused: boolean): void {
    let use = this.#use.get(key);
    if (use === undefined) {
      if (this.#use.size >= MOST_NAMES) return;
      use = { calls: 0, refused: 0, lastAt: undefined };
      this.#use.set(key, use);
    }
    use.calls += 1;
    if (isRefused) use.refused += 1;
    use.lastAt = at;
  }
}
