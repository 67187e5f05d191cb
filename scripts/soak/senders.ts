/** Programs that send messages as real callers do: each request is repeated until it is answered. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentProcess } from "../lab/component-process.js";
import type { Ledger } from "./ledger.js";

export interface Traffic {
  readonly component: ComponentProcess;
  readonly ledger: Ledger;
  readonly receivers: readonly string[];
  /** The senders who are logged in, and get a copy of each message that they send. */
  readonly watching: readonly string[];
  /** Ends the traffic; unanswered requests are still repeated until they are answered. */
  readonly over: AbortSignal;
  /** Ends the repetition of requests, because the component won't run again. */
  readonly givenUp: AbortSignal;
}

const MAX_MESSAGES = 20;
const RETRY_MS = 20;
const REFUSED_MS = 50;

/** Returns the name under which the sender's own copy of a message is recorded. @param id the message's id */
export const copyOf = (id: string): string => `copy of ${id}`;

/** Sends messages of a user until the traffic is over. @throws Error for any response but success or a refusal */
export async function sendFrom(from: string, traffic: Traffic): Promise<void> {
  const { ledger, receivers, watching, over } = traffic;
  for (let count = 0; !over.aborted;) {
    const length = Math.random() < 0.7 ? 1 : 2 + Math.floor(Math.random() * (MAX_MESSAGES - 1));
    const ids: string[] = [];
    const calls = Array.from({ length }, () => {
      const to = receivers[Math.floor(Math.random() * receivers.length)] ?? "";
      const id = `${from}-${++count}`;
      const recorded = {
        [id]: `${from} to ${to}`,
        ...(watching.includes(from) && { [copyOf(id)]: `copies of ${from}` }),
      };
      for (const [name, pair] of Object.entries(recorded)) ledger.ask(name, pair);
      ids.push(...Object.keys(recorded));
      return {
        from,
        to,
        message: `<message type='chat'><body id='${id}' msgType='1'>消息 of ${id}</body></message>`,
      };
    });
    const answer = await call(traffic, length === 1 ? calls[0] : calls);
    ledger.answer(ids, answer);
    await sleep(answer === "refused" ? REFUSED_MS : Math.random() * 4);
  }
}

async function call({ component, givenUp }: Traffic, body: unknown): Promise<"accepted" | "refused"> {
  for (let attempts = 1; ; attempts++) {
    const answer = await component
      .post("send_thirdmessage", body)
      .then(async (response) => (await response.json()) as { ret: boolean; errcode: number; errmsg: string })
      .catch(() => undefined);
    if (answer?.ret === true) return "accepted";
    if (answer !== undefined && answer.errcode !== 5)
      throw new Error(`a call was answered ${answer.errcode}: ${answer.errmsg}`);
    givenUp.throwIfAborted();
    // A refusal of the first attempt is final. After an attempt without response, the messages may have
    // been accepted, so the request is repeated until it is accepted.
    if (answer !== undefined && attempts === 1) return "refused";
    await sleep(RETRY_MS);
  }
}
