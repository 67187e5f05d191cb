/** Judges the component's process and its answers. */
import { readFileSync } from "node:fs";
import type { ComponentProcess } from "../lab/component-process.js";
import { LongRounds } from "../lab/long-rounds.js";
import type { Fault } from "./case.js";

export interface Bounds {
  /** The longest that the event loop may be blocked after input below 1 KiB, and after any; in milliseconds. */
  readonly small: number;
  readonly any: number;
  /** The most memory of the process, in bytes. */
  readonly memory: number;
}

/** Bytes below which a stanza or a post counts as small. */
const SMALL = 1024;
/** Words that the log must not have. */
const INTERNAL = /could not be handled|internal|\n {4}at |UnhandledPromise/;

export class Oracle {
  #connects = 1;
  #logAt: number;
  readonly #rounds: LongRounds;
  /** The longest input since the last look, in bytes. */
  #input = 0;
  /** The longest block of the event loop that small input caused, and any; in milliseconds. */
  blocked = { small: 0, any: 0 };

  constructor(
    private readonly component: ComponentProcess,
    private readonly bounds: Bounds,
  ) {
    this.#logAt = component.log.length;
    this.#rounds = new LongRounds(component);
    this.#rounds.take();
  }

  /** The most memory that the process has held, in bytes; on Linux only. */
  get memory(): number {
    try {
      const status = readFileSync(`/proc/${this.component.pid}/status`, "latin1");
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    } catch {
      return 0;
    }
  }

  /** Notes what is sent. */
  note(...texts: readonly string[]): void {
    this.#input = Math.max(this.#input, ...texts.map((text) => Buffer.byteLength(text)));
  }

  /** A block of the event loop that was longer than the input since the last look allows. */
  async faultOfBlocks(): Promise<readonly Fault[]> {
    const longest = Math.max(0, ...this.#rounds.take());
    const input = this.#input;
    this.#input = 0;
    const kind = input < SMALL ? "small" : "any";
    this.blocked[kind] = Math.max(this.blocked[kind], longest);
    if (longest <= this.bounds[kind]) return [];
    const detail = `the event loop for ${Math.round(longest)} ms, after input of at most ${input} bytes`;
    return [{ kind: "blocked", detail: `${detail}${culprit(await this.#metrics())}` }];
  }

  /** Other faults of the process since the last look. */
  async faultsOfProcess(): Promise<readonly Fault[]> {
    const faults: Fault[] = [];
    const metrics = await this.#metrics();
    const log = this.component.log.slice(this.#logAt);
    this.#logAt += log.length;
    if (metrics === "") faults.push({ kind: "ended", detail: log.slice(-4_000) });
    const connects = Number(/^qtalk_link_connects_total (\d+)$/m.exec(metrics)?.[1] ?? this.#connects);
    if (connects > this.#connects) faults.push({ kind: "stream closed", detail: log.slice(-4_000) });
    this.#connects = connects;
    if (INTERNAL.test(log)) faults.push({ kind: "log", detail: log.slice(0, 4_000) });
    if (this.memory > this.bounds.memory)
      faults.push({ kind: "memory", detail: `${Math.round(this.memory / 1e6)} MB` });
    return faults;
  }

  async #metrics(): Promise<string> {
    return (await (await this.component.get("/metrics"))?.text()) ?? "";
  }
}

/** The handler that the component blames. */
function culprit(metrics: string): string {
  const lines = metrics.split("\n").filter((line) => line.startsWith("qtalk_event_loop_block_seconds{"));
  return lines.length === 0 ? "" : `; ${lines.join(", ")}`;
}

/** Statuses that answers may have. */
const STATUSES = new Set([200, 400, 401, 403, 404, 405, 408, 411, 413, 414, 417, 429, 431, 503]);
const STATUSES_OF_HOOKS = new Set([...STATUSES, 410, 422]);

/** The fault of an answer to a call; undefined if it is right. */
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

/** The same for a post to a hook; a component without other load has no reason to answer 503. */
export function faultOfPost(format: string, status: number, body: string): string | undefined {
  const isRight = STATUSES_OF_HOOKS.has(status) && status !== 503 && !/internal|\n {4}at /.test(body);
  return isRight ? undefined : `${format}: ${status} ${body.slice(0, 500)}`;
}

/** The same for characters that need not be a request: they may be refused, or the connection closed. */
export function faultOfBytes(sent: string, answer: string): string | undefined {
  const came = answer.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, "");
  const [, status = "200"] = /^HTTP\/1\.1 (\d{3}) /.exec(came) ?? [];
  const isHttp = came === "" || came.startsWith("HTTP/1.1 ");
  if (isHttp && STATUSES.has(Number(status)) && !/\n {4}at /.test(came)) return undefined;
  return `${JSON.stringify(sent).slice(0, 500)}: ${came.slice(0, 500)}`;
}
