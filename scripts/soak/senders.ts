/** Programs that send messages as real callers do: each request is repeated until it is answered. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentProcess } from "../lab/component-process.js";
import type { Ledger } from "./ledger.js";

export interface SendersOptions {
  readonly component: ComponentProcess;
  readonly ledger: Ledger;
  /** The usernames of the senders. */
  readonly senders: readonly string[];
  /** The addresses of the receivers. */
  readonly receivers: readonly string[];
  /** The senders who are logged in, and get a copy of each message that they send. */
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

/** The maximum number of messages in a request. */
const MAX_MESSAGES = 20;
/** The pause before a request is repeated, in milliseconds. */
const RETRY_MS = 20;
/** The pause after a refused request, in milliseconds. */
const REFUSED_MS = 50;

/** Returns the name under which the sender's own copy of a message is recorded. @param id the message's id */
export function copyOf(id: string): string {
  return `copy of ${id}`;
}

export class Senders {
  #isOver = false;
  #isAborted = false;

  constructor(private readonly options: SendersOptions) {}

  /** Sends messages until `stop` is called. @throws Error for any response but success or a refusal */
  async run(): Promise<void> {
    const { senders } = this.options;
    await Promise.all(senders.map((sender) => this.#send(sender)));
  }

  /** Stops sending new messages; unanswered requests are repeated until they are answered. */
  stop(): void {
    this.#isOver = true;
  }

  /** Stops immediately, without repeating unanswered requests, because the component won't run again. */
  abort(): void {
    this.#isOver = true;
    this.#isAborted = true;
  }

  async #send(from: string): Promise<void> {
    const { receivers, ledger, watching } = this.options;
    const isWatching = watching.includes(from);
    let count = 0;
    while (!this.#isOver) {
      const length = Math.random() < 0.7 ? 1 : 2 + Math.floor(Math.random() * (MAX_MESSAGES - 1));
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

  /** Sends a request, and repeats it until it is answered. */
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
      // A refusal of the first attempt is final. After an attempt without response, the messages may have
      // been accepted, so the request is repeated until it is accepted.
      if (envelope !== undefined && attempts === 1) return "refused";
      await sleep(RETRY_MS);
    }
  }

  /** Sends a request once. @returns undefined if the component didn't respond */
  async #post(body: unknown): Promise<Envelope | undefined> {
    try {
      const response = await this.options.component.post("send_thirdmessage", body);
      return (await response.json()) as Envelope;
    } catch {
      return undefined;
    }
  }
}
