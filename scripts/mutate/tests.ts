/** The tests of a target in a process of their own, that is made anew where a change has left it hanging or dead. */
import { fork, type ChildProcess } from "node:child_process";
import type { Failed, Place, Run, Start, TestSeen, Told } from "./messages.js";

/** How the tests went: all passed, the first that failed, or that there was no end to it. */
export interface Ended {
  readonly tests: readonly TestSeen[];
  readonly failed: readonly Failed[];
}

/** For loading all, on a busy machine; milliseconds. */
const LOADING = 120_000;

export class Tests {
  readonly #start: Omit<Start, "change">;
  readonly #around: number;
  #child: ChildProcess | undefined;
  /** What was asked for while the files were loaded: changes that act only there. */
  asked: readonly Place[] = [];

  /** @param around milliseconds until the process is ended that doesn't end a test itself */
  constructor(start: Omit<Start, "change">, around: number) {
    this.#start = start;
    this.#around = around;
    // A change may have left it where it hears nothing any more.
    process.once("exit", () => this.end());
  }

  async run(run: Run): Promise<Ended> {
    if (this.#child === undefined) {
      const trouble = await this.#load(run.isFromStart === true ? run.change : undefined);
      if (trouble !== undefined) return gone(trouble);
    }
    const child = this.#child;
    if (child === undefined) return gone("it didn't load");
    let current = "";
    const limitOf = (title: string): number => (run.limits?.[title]?.limit ?? LOADING) + this.#around;
    const told = await answerOf(child, run, (message) => {
      if (message.kind !== "test") return undefined;
      current = message.title;
      return limitOf(current);
    });
    if (typeof told === "string" || told.kind !== "ended") {
      this.end();
      return gone(typeof told === "string" ? told : "it didn't end", current);
    }
    if (told.failed.some(({ leavesTraces }) => leavesTraces)) this.end();
    return told;
  }

  end(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  /** @returns why it didn't come to it */
  async #load(change: Place | undefined): Promise<string | undefined> {
    const child = fork(new URL("worker.js", import.meta.url), {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      execArgv: ["--max-old-space-size=1024"],
    });
    child.once("exit", () => {
      if (this.#child === child) this.#child = undefined;
    });
    this.#child = child;
    const told = await answerOf(child, { ...this.#start, ...(change && { change }) }, () => undefined);
    if (typeof told === "string") {
      this.end();
      return told;
    }
    if (told.kind === "loaded") this.asked = told.asked;
    return undefined;
  }
}

/**
 * What a process says in the end.
 * @param patience how long it may be silent after this message, in milliseconds; undefined: it was the last
 * @returns a clause where it said nothing more
 */
function answerOf(
  child: ChildProcess,
  question: Start | Run,
  patience: (message: Told) => number | undefined,
): Promise<Told | string> {
  return new Promise((resolve) => {
    const give = (result: Told | string): void => {
      clearTimeout(timer);
      child.off("message", hear).off("exit", onExit);
      resolve(result);
    };
    const onExit = (): void => give("the process ended");
    const impatient = (): void => give("it took too long");
    let timer = setTimeout(impatient, LOADING);
    const hear = (message: Told): void => {
      const wait = patience(message);
      clearTimeout(timer);
      if (wait === undefined) give(message);
      else timer = setTimeout(impatient, wait);
    };
    child.on("message", hear).on("exit", onExit);
    child.send(question);
  });
}

function gone(why: string, title = ""): Ended {
  return { tests: [], failed: [{ title, why, isLate: false, leavesTraces: true }] };
}
