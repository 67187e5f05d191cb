/** Judges the component's process and its responses. */
import type { ComponentProcess } from "../lab/component-process.js";
import { LongRounds, memoryBytes } from "../lab/processes.js";
import { SEEN, TRAPPED, type Fault, type Seen } from "./case.js";

export interface Bounds {
  /** The longest allowed block of the event loop after input below 1 KiB, in milliseconds. */
  readonly small: number;
  /** The longest allowed block of the event loop after larger input, in milliseconds. */
  readonly any: number;
  /** The highest allowed memory use of the process, in bytes. */
  readonly memory: number;
}

const SMALL = 1024;
/** Texts of internal errors, which the log must not contain. */
const INTERNAL = /could not be handled|internal(?!-server-error)|\n {4}at |UnhandledPromise/;

export class Oracle {
  #connects = 1;
  #logAt: number;
  readonly #rounds: LongRounds;
  /** The size of the largest input since the last call of `faults`, in bytes. */
  #input = 0;

  constructor(
    private readonly component: ComponentProcess,
    private readonly bounds: Bounds,
    readonly seen: Seen,
  ) {
    this.#logAt = component.log.length;
    this.#rounds = new LongRounds(component);
    this.#rounds.take();
  }

  note(text: string): void {
    this.#input = Math.max(this.#input, Buffer.byteLength(text));
  }

  /** Returns the faults since the last call: long blocks of the event loop, a lost link, logged errors, memory. */
  async faults(): Promise<readonly Fault[]> {
    const longest = Math.max(0, ...this.#rounds.take());
    const input = this.#input;
    this.#input = 0;
    const isSmall = input < SMALL;
    const metrics = await this.component.metrics();
    const hasEnded = metrics === "";
    const log = this.component.log.slice(this.#logAt);
    this.#logAt += log.length;
    const connects = Number(/^qtalk_link_connects_total (\d+)$/m.exec(metrics)?.[1] ?? this.#connects);
    const memory = hasEnded ? 0 : memoryBytes(this.component.pid, "VmHWM");
    this.seen.highest(isSmall ? SEEN.blockedSmall : SEEN.blocked, longest);
    this.seen.highest(SEEN.memory, memory / 1e6);
    // The handlers that the component itself names as the cause of blocks.
    const culprits = metrics.match(/^qtalk_event_loop_block_seconds\{.*$/gm) ?? [];
    const block = `the event loop for ${Math.round(longest)} ms, after input of at most ${input} bytes`;
    const broken: [kind: string, isBroken: boolean, detail: string][] = [
      ["blocked", longest > this.bounds[isSmall ? "small" : "any"], [block, ...culprits].join("; ")],
      ["ended", hasEnded, log.slice(-4_000)],
      ["stream closed", connects > this.#connects, log.slice(-4_000)],
      ["log", INTERNAL.test(log), log.slice(0, 4_000)],
      ["memory", memory > this.bounds.memory, `${Math.round(memory / 1e6)} MB`],
    ];
    this.#connects = connects;
    return broken.filter(([, isBroken]) => isBroken).map(([kind, , detail]) => ({ kind, detail }));
  }
}

const STATUSES = new Set([200, 302, 400, 401, 403, 404, 405, 408, 411, 413, 414, 417, 422, 429, 431, 503]);
/** Those of responses to webhooks' posts, of which 503 would be a fault: the component has no other load. */
const STATUSES_OF_HOOKS = new Set([...STATUSES, 202, 204, 410].filter((status) => status !== 503));
const STATUSES_OF_TRAP = new Set([...STATUSES_OF_HOOKS, 502, 503]);

/** Returns the fault of a response; undefined if it is correct. @param to the request's path, or the format of a hook */
export function faultOfAnswer(to: string, status: number, body: string): string | undefined {
  const statuses = to.startsWith("/") ? STATUSES : to === TRAPPED ? STATUSES_OF_TRAP : STATUSES_OF_HOOKS;
  const isRight = statuses.has(status) && !/internal(?!-server-error)|\n {4}at /.test(body);
  if (isRight && (!to.startsWith("/qtalk/") || isInForm(status, body))) return undefined;
  return `${to.slice(0, 300)}: ${status} ${body.slice(0, 500)}`;
}

/** Returns whether a response to a call has the form that QTalk's callers expect. */
function isInForm(status: number, body: string): boolean {
  try {
    const answer = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const { ret, errcode, errmsg } = answer;
    const isDone = ret === true && Number(errcode) === 0 && status === 200;
    const isError = (typeof errcode === "number" && errcode > 0) || errcode === "-1";
    const isRefused = ret === false && isError && typeof errmsg === "string";
    return (isDone || isRefused) && /^ret,errcode,errmsg(?:,data)?$/.test(Object.keys(answer).join());
  } catch {
    return false;
  }
}
