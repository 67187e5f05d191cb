/** Programs that receive the events of outgoing webhooks in the soak test, and refuse some of them. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Ledger } from "./ledger.js";

/** Returns the name of a message of the test in a text; "" if there is none. */
export const nameIn = (text: string): string => /(?:post|said)-\d+/.exec(text)?.[0] ?? "";

/** How often a receiver is unavailable, or refuses an event for good. */
const FAILURES = 0.03;

export class EventReceivers {
  /** The hook whose receiver is sometimes unavailable: its events must arrive in order. */
  static readonly ORDERED = "audit";
  /** The hook whose receiver refuses some events for good: the operator retries these dead letters, so they come late. */
  static readonly RETRIED = "ledger";
  /** The hook whose receiver refuses all events: the operator drops these dead letters. */
  static readonly DROPPED = "junk";

  #isForgiving = false;

  private constructor(
    private readonly ledger: Ledger,
    private readonly server: Server,
  ) {}

  static async listen(ledger: Ledger): Promise<EventReceivers> {
    const server = createServer();
    const receivers = new EventReceivers(ledger, server);
    server.on("request", (request, response) => receivers.#receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return receivers;
  }

  get urls(): Readonly<Record<string, string>> {
    const { port } = this.server.address() as AddressInfo;
    const names = [EventReceivers.ORDERED, EventReceivers.RETRIED, EventReceivers.DROPPED];
    return Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${port}/${name}`]));
  }

  readonly isEvent = (id: string): boolean => id.includes(" of said-");

  /** Records the events that a message causes. @returns their names */
  expect(name: string): readonly string[] {
    const [ordered, retried] = [EventReceivers.ORDERED, EventReceivers.RETRIED].map(
      (hook) => `${hook} of ${name}`,
    );
    this.ledger.ask(ordered ?? "", EventReceivers.ORDERED);
    this.ledger.ask(retried ?? "", retried ?? "");
    return [ordered ?? "", retried ?? ""];
  }

  /** From now on, everything is taken. */
  forgive(): void {
    this.#isForgiving = true;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const hook = (request.url ?? "").slice(1);
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (text += part));
    request.on("end", () => {
      const status = this.#statusFor(hook);
      if (status === 200) this.ledger.arrive(`${hook} of ${nameIn(text)}`);
      response.writeHead(status).end();
    });
  }

  #statusFor(hook: string): 200 | 410 | 503 {
    if (hook === EventReceivers.DROPPED) return 410;
    if (this.#isForgiving || Math.random() >= FAILURES) return 200;
    return hook === EventReceivers.ORDERED ? 503 : 410;
  }
}
