/**
 * A gate before the server's port for components: while it is closed nobody listens, as if the server were away. So
 * the component finds a server that was restarted only when the receiver is back on it.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort, LOOPBACK } from "../servers/ports.js";

export class Gate {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  private constructor(
    readonly port: number,
    private readonly behind: number,
  ) {}

  /** A closed gate before this port. */
  static async before(port: number): Promise<Gate> {
    return new Gate(await freePort(), port);
  }

  open(): Promise<void> {
    const server = createServer((outside) => this.#join(outside, connect(this.behind, LOOPBACK)));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, LOOPBACK, resolve);
    });
  }

  /** Lets nobody in any more; what is inside ends by itself, with the server behind. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.#sockets) socket.destroySoon();
    await closed;
  }

  #join(one: Socket, other: Socket): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay();
      from.pipe(to);
      from.on("error", () => undefined);
      from.once("close", () => {
        this.#sockets.delete(from);
        to.destroySoon();
      });
    }
  }
}
