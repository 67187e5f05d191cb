/**
 * Finds the longest block of the event loop, and the work that caused it: pieces of work go through run(); Node's
 * monitor finds blocks with another cause, such as garbage collection.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Gauge, type Registry } from "prom-client";
import type { Logger } from "winston";

export interface Block {
  /** What blocked the event loop: the kind of stanza, the call or the job. */
  readonly work: string;
  /** How long the event loop was blocked, in milliseconds. */
  readonly ms: number;
}

const OTHER = "other work";
/** The minimum duration of a block that is logged, in milliseconds. */
const LONG = 500;
/** For how long a block is reported, in milliseconds. */
const REPORTED = 120_000;
/** The sampling interval of Node's monitor, in milliseconds. */
const RESOLUTION = 20;
/** The interval at which Node's monitor is read, in milliseconds. */
const READ = 1_000;

export class EventLoop {
  readonly #monitor = monitorEventLoopDelay({ resolution: RESOLUTION });
  #log: Logger | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The blocks of the last two minutes for which there is no later and longer one; the longest comes first. */
  #blocks: (Block & { readonly at: number })[] = [];
  /** The longest block since Node's monitor was last read, in milliseconds. */
  #unread = 0;

  constructor(registry: Registry) {
    const help = "Longest block of the event loop in the last two minutes, by the work that caused it";
    const gauge = new Gauge<"work">({
      name: "qtalk_event_loop_block_seconds",
      help,
      labelNames: ["work"],
      registers: [registry],
      collect: () => {
        gauge.reset();
        const { work, ms } = this.longest;
        gauge.set({ work }, ms / 1000);
      },
    });
  }

  /** The longest block of the last two minutes. */
  get longest(): Block {
    const since = performance.now() - REPORTED;
    const { work, ms } = this.#blocks.find(({ at }) => at >= since) ?? { work: "none", ms: 0 };
    return { work, ms };
  }

  /** Starts to watch for blocks with other causes, and to log long blocks. */
  start(log: Logger): void {
    this.#log = log;
    this.#monitor.enable();
    this.#timer = setInterval(() => this.#read(), READ).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#monitor.disable();
  }

  /**
   * Runs a piece of work, and measures how long it takes.
   * @param work its name: a constant, never input of users or callers @param by the account that caused it, for the log
   */
  run<R>(work: string, piece: () => R, by?: string): R {
    const started = performance.now();
    try {
      return piece();
    } finally {
      this.#note({ work, ms: performance.now() - started }, by);
    }
  }

  #note({ work, ms }: Block, by?: string): void {
    if (ms < this.#unread) return;
    this.#unread = ms;
    const now = performance.now();
    const isReported = ({ at }: { readonly at: number }): boolean => now - at < REPORTED;
    this.#blocks = this.#blocks.filter((block) => block.ms > ms && isReported(block));
    this.#blocks.push({ work, ms, at: now });
    if (ms < LONG) return;
    const account = by === undefined ? "" : ` by ${by}`;
    this.#log?.warn(`Everything waited ${Math.round(ms)} ms for one piece of work: ${work}${account}.`);
  }

  #read(): void {
    const ms = this.#monitor.max / 1e6 - RESOLUTION;
    this.#monitor.reset();
    // Node measures whole turns, perhaps of several pieces. Only a block much longer than the longest piece has another
    // cause.
    if (ms > 2 * RESOLUTION && ms > 2 * this.#unread) this.#note({ work: OTHER, ms });
    this.#unread = 0;
  }
}
