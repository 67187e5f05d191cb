/** Programs that receive events while their queues are filled: one takes all, one none, one refuses every second for good. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export class FickleReceivers {
  /** The hook whose program is never available: its queue fills. */
  static readonly DEAF = "deaf";
  /** The hook whose program refuses every second event for good: its dead letters fill. */
  static readonly PICKY = "picky";
  static readonly #TAKING = "taking";

  #asked = 0;

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<FickleReceivers> {
    const server = createServer();
    const receivers = new FickleReceivers(server);
    server.on("request", (request, response) => {
      request.resume().on("end", () => response.writeHead(receivers.#statusFor(request.url ?? "")).end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return receivers;
  }

  /** The URLs of the programs, by the name of the hook. */
  get urls(): Readonly<Record<string, string>> {
    const { port } = this.server.address() as AddressInfo;
    const names = [FickleReceivers.#TAKING, FickleReceivers.DEAF, FickleReceivers.PICKY];
    return Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${port}/${name}`]));
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  #statusFor(path: string): 200 | 410 | 503 {
    if (path === `/${FickleReceivers.DEAF}`) return 503;
    return path === `/${FickleReceivers.PICKY}` && ++this.#asked % 2 === 0 ? 410 : 200;
  }
}
