/** What operators want to know of calls beside metrics: who called how often, and why the last ones were refused. */
import { Errcode, Refusal } from "../component/refusal.js";
import { reasonOf, type Entry, type Outcome } from "./access-log.js";

/** A call that was refused. */
export interface RefusedCall {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly endpoint: string;
  /** Undefined where it isn't known who called. */
  readonly caller: string | undefined;
  readonly address: string;
  readonly errcode: Errcode;
  readonly reason: string;
  /** The request's id. */
  readonly request: string;
}

/** How somebody used the interface since the process started. */
export interface Use {
  calls: number;
  refused: number;
  /** Milliseconds since 1970; undefined: never. */
  lastAt: number | undefined;
}

/** By the field's own name: what an errcode is called. */
export type RefusalKind = keyof typeof Errcode;

const KINDS = new Map<number, RefusalKind>(
  (Object.keys(Errcode) as RefusalKind[]).map((kind) => [Errcode[kind], kind]),
);

/** As posts to hooks are called in the log and in metrics. */
export const HOOK = "hook";
/** So many refused calls are remembered. */
const MOST_REFUSED = 100;
/** So many names are; there are as many callers as are configured, and as many hooks as were made. */
const MOST_NAMES = 10_000;

export function kindOf(errcode: number): RefusalKind {
  return KINDS.get(errcode) ?? "unavailable";
}

export class CallRecords {
  readonly since = Date.now();
  readonly #use = new Map<string, Use>();
  #refused: RefusedCall[] = [];

  /** A call is over. Of it only what is to be shown is kept. */
  note({ endpoint, caller, address, id }: Entry, outcome: Outcome): void {
    const at = Date.now();
    const refusal = outcome instanceof Refusal ? outcome : undefined;
    const kind = endpoint === HOOK ? "hook" : "caller";
    if (caller !== undefined) this.#count(`${kind} ${caller}`, at, refusal !== undefined);
    if (refusal === undefined) return;
    const { errcode } = refusal;
    this.#refused.push({ at, endpoint, caller, address, errcode, request: id, reason: reasonOf(refusal) });
    // Seldom, so that it costs nothing.
    if (this.#refused.length >= 2 * MOST_REFUSED) this.#refused = this.#refused.slice(-MOST_REFUSED);
  }

  /** The last ones, the newest first. */
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
