/** Callers as they are: each sends one call after another, single messages and arrays, and repeats what wasn't answered. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentProcess } from "../lab/component-process.js";
import type { Ledger } from "./ledger.js";
import { copyOf } from "./session.js";

export interface SendersOptions {
  readonly component: ComponentProcess;
  readonly ledger: Ledger;
  /** Users' names. */
  readonly senders: readonly string[];
  readonly receivers: readonly string[];
  /** Those of the senders who have a session, which is sent a copy of each message. */
  readonly watching: readonly string[];
}

interface Item {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

interface Envelope {
  readonly ret: boolean;
  readonly errcode: number;
  readonly errmsg: string;
}

/** Calls of an array: at most so many messages. */
const LONGEST = 20;
const RETRY_MS = 20;
const REFUSED_MS = 50;

export class Senders {
  #isOver = false;
  #isAborted = false;

  constructor(private readonly options: SendersOptions) {}

  /** Sends until it is told to stop; rejects where an answer is none that the interface knows. */
  async run(): Promise<void> {
    const { senders } = this.options;
    await Promise.all(senders.map((sender) => this.#send(sender)));
  }

  /** Makes no new calls; those on their way are repeated until they are answered. */
  stop(): void {
    this.#isOver = true;
  }

  /** Gives everything up: the component is gone for good. */
  abort(): void {
    this.#isOver = true;
    this.#isAborted = true;
  }

  async #send(from: string): Promise<void> {
    const { receivers, ledger, watching } = this.options;
    const isWatching = watching.includes(from);
    let count = 0;
    while (!this.#isOver) {
      const length = Math.random() < 0.7 ? 1 : 2 + Math.floor(Math.random() * (LONGEST - 1));
      const items = Array.from({ length }, (): Item => {
        const to = receivers[Math.floor(Math.random() * receivers.length)] ?? "";
        return { id: `${from}-${++count}`, from, to };
      });
      for (const { id, to } of items) {
        ledger.ask(id, `${from} to ${to}`);
        if (isWatching) ledger.ask(copyOf(id), `copies of ${from}`);
      }
      const answer = await this.#call(items);
      const ids = items.flatMap(({ id }) => (isWatching ? [id, copyOf(id)] : [id]));
      ledger.answer(ids, answer);
      await sleep(answer === "refused" ? REFUSED_MS : Math.random() * 4);
    }
  }

  /** Makes one call, as often as it takes to get an answer that is one. */
  async #call(items: readonly Item[]): Promise<"accepted" | "refused"> {
    const calls = items.map(({ id, from, to }) => {
      const message = `<message type='chat'><body id='${id}' msgType='1'>消息 of ${id}</body></message>`;
      return { from, to, message };
    });
    for (let attempts = 1; ; attempts++) {
      const envelope = await this.#post(calls.length === 1 ? calls[0] : calls);
      if (envelope?.ret === true) return "accepted";
      if (envelope !== undefined && envelope.errcode !== 5) {
        throw new Error(`a call was answered ${envelope.errcode}: ${envelope.errmsg}`);
      }
      if (this.#isAborted) throw new Error("the soak was given up");
      // Refused at the first attempt means refused. After an attempt without an answer it means: not now.
      if (envelope !== undefined && attempts === 1) return "refused";
      await sleep(RETRY_MS);
    }
  }

  /** Undefined where the call was not answered. */
  async #post(body: unknown): Promise<Envelope | undefined> {
    try {
      const response = await this.options.component.post("send_thirdmessage", body);
      return (await response.json()) as Envelope;
    } catch {
      return undefined;
    }
  }
}
