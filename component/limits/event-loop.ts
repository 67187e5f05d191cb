/**
 * Finds the longest block of the event loop, and the work that caused it. Routing, calls and housekeeping run each
 * piece of work through run(). Node's monitor finds blocks that have another cause, such as garbage collection.
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

const NONE: Block = { work: "none", ms: 0 };
const OTHER = "other work";
/** The minimum duration of a block that is logged, in milliseconds. */
const LONG = 500;
/** The length of a period, in milliseconds. The longest block of the last one or two periods is reported. */
const PERIOD = 60_000;
/** The sampling interval of Node's monitor, in milliseconds. */
const RESOLUTION = 20;
/** The interval at which Node's monitor is read, in milliseconds. */
const READ = 1_000;

export class EventLoop {
  readonly #monitor = monitorEventLoopDelay({ resolution: RESOLUTION });
  #log: Logger | undefined;
  #timer: NodeJS.Timeout | undefined;
  #current = NONE;
  #before = NONE;
  /** The longest block since Node's monitor was last read. */
  #unread = NONE;
  #periodEnd = performance.now() + PERIOD;

  constructor(registry: Registry) {
    const help = "Longest block of the event loop in the last one to two minutes, by the work that caused it";
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

  /** The longest block of the last one to two minutes. */
  get longest(): Block {
    this.#turnPeriod();
    return this.#current.ms >= this.#before.ms ? this.#current : this.#before;
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
   * @param work the name of the work: a constant, never input of users or callers
   * @param by for the log: the account that caused the work
   */
  run<R>(work: string, piece: () => R, by?: string): R {
    const started = performance.now();
    try {
      return piece();
    } finally {
      this.#note({ work, ms: performance.now() - started }, by);
    }
  }

  #note(block: Block, by?: string): void {
    if (block.ms < this.#unread.ms) return;
    this.#unread = block;
    this.#turnPeriod();
    if (block.ms > this.#current.ms) this.#current = block;
    if (block.ms < LONG) return;
    const account = by === undefined ? "" : ` by ${by}`;
    this.#log?.warn(
      `Everything waited ${Math.round(block.ms)} ms for one piece of work: ${block.work}${account}.`,
    );
  }

  #read(): void {
    const ms = this.#monitor.max / 1e6 - RESOLUTION;
    this.#monitor.reset();
    const known = this.#unread;
    this.#unread = NONE;
    // Node measures a whole turn of the event loop, which may consist of several short pieces. Only a much longer
    // block has another cause.
    if (ms > 2 * RESOLUTION && ms > 2 * known.ms) this.#note({ work: OTHER, ms });
    this.#unread = NONE;
  }

  #turnPeriod(): void {
    const now = performance.now();
    if (now < this.#periodEnd) return;
    this.#before = now < this.#periodEnd + PERIOD ? this.#current : NONE;
    this.#current = NONE;
    this.#periodEnd = now + PERIOD;
  }
}
