/** A program that receives an outgoing webhook's events. */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

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

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#path}`;
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
