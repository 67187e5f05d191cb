/**
 * A bystander, in a thread whose clock no work of the attacker's delays: asks a component for its health again and again,
 * and speaks in a room of their own. Their address is another than the attacker's, which is limited.
 */
import { Agent, get } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { Client, xml } from "../lab/client.js";
import { MUC } from "./case.js";

export interface BystanderOptions {
  readonly clientPort: number;
  readonly account: { readonly username: string; readonly host: string; readonly password: string };
  readonly room: string;
  readonly healthUrl: string;
}

/** The longest waits since the last question, those that still last included, in milliseconds. */
export interface Waits {
  readonly health: number;
  readonly message: number;
}

const OWN_ADDRESS = "127.0.0.2";
/** How long a message may take, in milliseconds. */
const PATIENCE_MS = 120_000;

const { clientPort, account, room, healthUrl } = workerData as BystanderOptions;
const agent = new Agent({ keepAlive: true, localAddress: OWN_ADDRESS });

/** Does something again and again, and measures the longest time. */
class Repeated {
  #longest = 0;
  #begun: number | undefined;

  constructor(act: () => Promise<unknown>, pauseMs: number) {
    this.#run(act, pauseMs).catch(() => (this.#longest = Infinity));
  }

  take(): number {
    const longest = Math.max(this.#longest, this.#begun === undefined ? 0 : performance.now() - this.#begun);
    this.#longest = 0;
    return longest;
  }

  async #run(act: () => Promise<unknown>, pauseMs: number): Promise<void> {
    for (;;) {
      this.#begun = performance.now();
      // What fails counts as endless.
      const hasEnded = await act().then(
        () => true,
        () => false,
      );
      this.#longest = Math.max(this.#longest, hasEnded ? performance.now() - this.#begun : Infinity);
      this.#begun = undefined;
      await sleep(pauseMs);
    }
  }
}

function checks(): Promise<void> {
  return new Promise((resolve, reject) => {
    get(healthUrl, { agent }, (response) => {
      void buffer(response).then(
        () => (response.statusCode === 200 ? resolve() : reject(new Error(String(response.statusCode)))),
        reject,
      );
    }).on("error", reject);
  });
}

const client = await Client.login({ ...account, port: clientPort });
await client.send(
  xml("presence", { to: `${room}/bystander` }, xml("x", { xmlns: MUC }, xml("history", { maxchars: "0" }))),
);
await client.next((stanza) => stanza.is("presence") && stanza.attrs.from === `${room}/bystander`);
let count = 0;

async function speaks(): Promise<void> {
  const text = `message ${++count}`;
  await client.send(xml("message", { to: room, type: "groupchat" }, xml("body", {}, text)));
  await client.next(
    (stanza) => stanza.getChildText("body") === text && stanza.attrs.type === "groupchat",
    PATIENCE_MS,
  );
}

const health = new Repeated(checks, 20);
const message = new Repeated(speaks, 80);
parentPort?.on("message", () => {
  parentPort?.postMessage({ health: health.take(), message: message.take() } satisfies Waits);
});
parentPort?.postMessage("ready");
