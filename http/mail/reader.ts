/**
 * Reads mails in a thread of its own, one after another, owners in turn, in bounded time and memory. The parsers of MIME and HTML have no
 * bounds: a megabyte of empty lines takes them eight seconds and 800 MB.
 */
import { Worker } from "node:worker_threads";
import { HookFault } from "../../component/hooks/fault.js";
import type { Payload } from "../../component/hooks/formats/format.js";
import type { FromThread } from "./message-thread.js";
import type { ParsedMail } from "./message.js";
import { threadMs } from "./thread-time.js";

/** The processor time that a mail may take, in milliseconds. */
const MOST_MS = 500;
/** The shortest interval between looks at the time, in milliseconds. */
const LOOK_MS = 20;
/** The memory for the thread's objects, in megabytes. */
const MOST_MEMORY = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };
/** The thread ends when there was no mail for so long, in milliseconds. */
const IDLE_MS = 30_000;

const SLOW = new HookFault(
  "unavailable",
  `the mail took more than ${MOST_MS} ms to read; nothing was sent: send it with fewer lines, parts and tables`,
);
const LARGE = new HookFault(
  "payload",
  "the mail took too much memory to read; send it with fewer lines, parts and tables",
);

export interface Mail extends Pick<Payload, "mail" | "files"> {
  readonly messageId: string | undefined;
}

/** The result of reading a mail, and the processor time that it took, in milliseconds. */
export interface ReadMail {
  readonly mail: Mail | HookFault;
  readonly ms: number;
}

interface Job {
  /** Whose mail it is. */
  readonly owner: string;
  readonly bytes: Buffer;
  readonly resolve: (read: ReadMail) => void;
  /** The thread's processor time when it got the mail, and when it was last looked at, in milliseconds. */
  started?: number;
  seen?: number;
}

class Reader {
  /** The mails to read; the thread has the first, if it has started. */
  readonly #jobs: Job[] = [];
  /** The owners whose mails were read since there was none to read, the last one last. */
  readonly #served = new Set<string>();
  #thread: Worker | undefined;
  /** What the thread is called (thread-time.ts); undefined: it isn't ready. */
  #name: { readonly thread: string | undefined } | undefined;
  #isEnding = false;
  /** Ends the thread if a mail takes too long, or if there is none. */
  #timer: NodeJS.Timeout | undefined;

  read(bytes: Buffer, owner: string): Promise<ReadMail> {
    return new Promise((resolve) => {
      this.#jobs.push({ owner, bytes, resolve });
      this.#begin();
      this.#next();
    });
  }

  /** Gives the thread the first mail of the owner who had none for the longest time, unless it has one. */
  #next(): void {
    if (this.#name === undefined || this.#jobs[0]?.started !== undefined) return;
    clearTimeout(this.#timer);
    const turns = [...this.#served];
    const turnOf = ({ owner }: Job): number => turns.indexOf(owner);
    const job = this.#jobs.reduce<Job | undefined>(
      (first, each) => (first === undefined || turnOf(each) < turnOf(first) ? each : first),
      undefined,
    );
    if (job === undefined) {
      this.#served.clear();
      this.#thread?.unref();
      this.#timer = setTimeout(() => this.#end(), IDLE_MS).unref();
      return;
    }
    this.#jobs.splice(this.#jobs.indexOf(job), 1);
    this.#jobs.unshift(job);
    this.#served.delete(job.owner);
    this.#served.add(job.owner);
    job.started = threadMs(this.#name.thread) ?? 0;
    // The mail is the caller's, who keeps it: the thread alone has a copy, of the mail that it reads.
    const copy = new Uint8Array(job.bytes);
    this.#thread?.postMessage(copy, [copy.buffer]);
    this.#watch(job);
  }

  /** Refuses the first mail when its time is over. */
  #watch(job: Job): void {
    const left = MOST_MS - this.#msOf(job);
    if (left <= 0) this.#fail(SLOW);
    else this.#timer = setTimeout(() => this.#watch(job), Math.max(left, LOOK_MS));
  }

  #msOf(job: Job): number {
    if (job.started === undefined || this.#name === undefined) return 0;
    job.seen = threadMs(this.#name.thread) ?? job.seen ?? job.started;
    return job.seen - job.started;
  }

  #finish(mail: Mail | HookFault): void {
    const job = this.#jobs.shift();
    job?.resolve({ mail, ms: this.#msOf(job) });
  }

  /** Refuses the first mail, and ends the thread. The others get a new one. */
  #fail(fault: HookFault): void {
    this.#finish(fault);
    this.#end();
  }

  /** Starts a thread unless there is one, or one is ending: two would take the memory twice. */
  #begin(): void {
    if (this.#isEnding) return;
    this.#thread ??= this.#start();
    this.#thread.ref();
  }

  #start(): Worker {
    const thread = new Worker(new URL("message-thread.js", import.meta.url), {
      resourceLimits: MOST_MEMORY,
      execArgv: [],
      env: {},
    });
    thread.on("message", (message: FromThread) => {
      if (thread !== this.#thread) return;
      if ("thread" in message) this.#name = message;
      else this.#finish(mailOf(message));
      this.#next();
    });
    // Without memory the thread ends with an error.
    thread.on("error", () => {
      if (thread === this.#thread) this.#fail(LARGE);
    });
    return thread;
  }

  #end(): void {
    clearTimeout(this.#timer);
    const thread = this.#thread;
    if (thread === undefined) return;
    this.#thread = undefined;
    this.#name = undefined;
    this.#isEnding = true;
    const ended = (): void => {
      this.#isEnding = false;
      if (this.#jobs.length > 0) this.#begin();
    };
    thread.terminate().then(ended, ended);
  }
}

function mailOf(parsed: ParsedMail): Mail | HookFault {
  if ("fault" in parsed) return new HookFault("payload", parsed.fault);
  const { mail, messageId } = parsed;
  const files = parsed.files.map((file) => ({ ...file, bytes: Buffer.from(file.bytes.buffer) }));
  return { mail, messageId, ...(files.length > 0 && { files }) };
}

const reader = new Reader();

/** Reads a mail (RFC 5322). @param owner whose mail it is: owners take turns */
export function readMail(bytes: Buffer, owner: string): Promise<ReadMail> {
  return reader.read(bytes, owner);
}
