/** Judges the component's process and its responses. */
import type { ComponentProcess } from "../lab/component-process.js";
import { LongRounds } from "../lab/long-rounds.js";
import { memoryBytes } from "../lab/processes.js";
import { TRAPPED, type Fault, type Seen } from "./case.js";

export interface Bounds {
  /** The longest allowed block of the event loop after input below 1 KiB, in milliseconds. */
  readonly small: number;
  /** The longest allowed block of the event loop after larger input, in milliseconds. */
  readonly any: number;
  /** The highest allowed memory use of the process, in bytes. */
  readonly memory: number;
}

/** Input of fewer bytes counts as small. */
const SMALL = 1024;
/** Texts of internal errors, which the log must not contain. */
const INTERNAL = /could not be handled|internal(?!-server-error)|\n {4}at |UnhandledPromise/;

export class Oracle {
  #connects = 1;
  #logAt: number;
  readonly #rounds: LongRounds;
  /** The size of the largest input since the last call of `faultOfBlocks`, in bytes. */
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

  /** Records the size of texts that are sent to the component. */
  note(...texts: readonly string[]): void {
    this.#input = Math.max(this.#input, ...texts.map((text) => Buffer.byteLength(text)));
  }

  /** Returns a fault if the event loop was blocked for too long after the input since the last call. */
  async faultOfBlocks(): Promise<readonly Fault[]> {
    const longest = Math.max(0, ...this.#rounds.take());
    const input = this.#input;
    this.#input = 0;
    const kind = input < SMALL ? "small" : "any";
    const { blocked } = this.seen;
    blocked[kind] = Math.max(blocked[kind], longest);
    if (longest <= this.bounds[kind]) return [];
    const detail = `the event loop for ${Math.round(longest)} ms, after input of at most ${input} bytes`;
    return [{ kind: "blocked", detail: `${detail}${culprit(await this.component.metrics())}` }];
  }

  /** Returns other faults since the last call: end of the process or link, logged errors, memory. */
  async faultsOfProcess(): Promise<readonly Fault[]> {
    const faults: Fault[] = [];
    const metrics = await this.component.metrics();
    const log = this.component.log.slice(this.#logAt);
    this.#logAt += log.length;
    if (metrics === "") faults.push({ kind: "ended", detail: log.slice(-4_000) });
    const connects = Number(/^qtalk_link_connects_total (\d+)$/m.exec(metrics)?.[1] ?? this.#connects);
    if (connects > this.#connects) faults.push({ kind: "stream closed", detail: log.slice(-4_000) });
    this.#connects = connects;
    if (INTERNAL.test(log)) faults.push({ kind: "log", detail: log.slice(0, 4_000) });
    const memory = this.#memory();
    this.seen.memory = Math.max(this.seen.memory, memory);
    if (memory > this.bounds.memory)
      faults.push({ kind: "memory", detail: `${Math.round(memory / 1e6)} MB` });
    return faults;
  }

  /** The highest memory use of the process so far, in bytes; 0 on systems other than Linux. */
  #memory(): number {
    try {
      return memoryBytes(this.component.pid, "VmHWM");
    } catch {
      return 0;
    }
  }
}

/** Returns the handlers that the component's metrics name as the cause of blocks. */
function culprit(metrics: string): string {
  const lines = metrics.split("\n").filter((line) => line.startsWith("qtalk_event_loop_block_seconds{"));
  return lines.length === 0 ? "" : `; ${lines.join(", ")}`;
}

/** The HTTP statuses that responses may have. */
const STATUSES = new Set([200, 302, 400, 401, 403, 404, 405, 408, 411, 413, 414, 417, 429, 431, 503]);
/** The HTTP statuses that responses to webhooks' posts may have; with `trapped`, to the hostile component's room. */
const STATUSES_OF_HOOKS = new Set([...STATUSES, 410, 422].filter((status) => status !== 503));
const STATUSES_OF_TRAP = new Set([...STATUSES_OF_HOOKS, 502, 503]);

/** Returns the fault of a response to a call; undefined if it is correct. */
export function faultOfCall(path: string, status: number, body: string): string | undefined {
  const said = `${path.slice(0, 300)}: ${status} ${body.slice(0, 500)}`;
  if (!STATUSES.has(status) || /internal|\n {4}at /.test(body)) return said;
  if (!path.startsWith("/qtalk/")) return undefined;
  try {
    const answer = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const { ret, errcode, errmsg } = answer;
    const isDone = ret === true && Number(errcode) === 0 && status === 200;
    const isError = (typeof errcode === "number" && errcode > 0) || errcode === "-1";
    const isRefused = ret === false && isError && typeof errmsg === "string";
    const isInOrder = /^ret,errcode,errmsg(?:,data)?$/.test(Object.keys(answer).join());
    return (isDone || isRefused) && isInOrder ? undefined : said;
  } catch {
    return said;
  }
}

/** Returns the fault of a response to a webhook's post. Here, 503 is a fault: the component has no other load. */
export function faultOfPost(format: string, status: number, body: string): string | undefined {
  const statuses = format === TRAPPED ? STATUSES_OF_TRAP : STATUSES_OF_HOOKS;
  const isRight = statuses.has(status) && !/internal(?!-server-error)|\n {4}at /.test(body);
  return isRight ? undefined : `${format}: ${status} ${body.slice(0, 500)}`;
}

/** Returns the fault of a response to raw bytes. The component may also close without a response. */
export function faultOfBytes(sent: string, answer: string): string | undefined {
  const came = answer.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, "");
  const [, status = "200"] = /^HTTP\/1\.1 (\d{3}) /.exec(came) ?? [];
  const isHttp = came === "" || came.startsWith("HTTP/1.1 ");
  if (isHttp && STATUSES.has(Number(status)) && !/\n {4}at /.test(came)) return undefined;
  return `${JSON.stringify(sent).slice(0, 500)}: ${came.slice(0, 500)}`;
}
