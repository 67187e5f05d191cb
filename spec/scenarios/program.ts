/** A program that receives an outgoing webhook's events. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { addHook } from "./hooks-world.js";

/** An event as outgoing webhooks deliver it. */
export interface Event {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

/** A program to which an outgoing webhook delivers events. It verifies each, and refuses the first `refuses`. */
export class Program {
  readonly events: Event[] = [];
  refused = 0;
  /** The webhook's secret. */
  secret = "";
  /** What it answers to an event. */
  answer: (event: Event) => object = () => ({});
  #refusing = 0;
  /** Webhooks of earlier programs may still deliver to the port, which was theirs. */
  readonly #path = `/${randomUUID().slice(0, 5)}`;
  readonly #server: Server = createServer((request, response) => {
    if (request.url !== this.#path) {
      response.writeHead(404).end();
      return;
    }
    void text(request).then((body) => {
      const headers = request.headers as Record<string, string>;
      const content = new Webhook(this.secret).verify(body, headers) as Omit<Event, "id">;
      const event = { id: headers["webhook-id"] ?? "", ...content };
      if (this.#refusing > 0) {
        this.#refusing -= 1;
        this.refused += 1;
        response.writeHead(500).end();
        return;
      }
      this.events.push(event);
      response.end(JSON.stringify(this.answer(event)));
    });
  });

  static async open(): Promise<Program> {
    const program = new Program();
    await once(program.#server.listen(0, "127.0.0.1"), "listening");
    return program;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#path}`;
  }

  /** Makes the webhook that delivers to it. */
  async isTold(component: ComponentProcess, name: string, ...options: readonly string[]): Promise<void> {
    const inner = ["--deliver-to", this.url, "--allow-inner", "127.0.0.1"];
    this.secret = await addHook(component, name, ...inner, ...options);
  }

  refuses(posts: number): void {
    this.#refusing = posts;
  }

  /** The bodies of all messages, in their order. */
  get texts(): (string | undefined)[] {
    return this.events.map(({ data }) => data.body);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
