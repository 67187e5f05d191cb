/**
 * A gate before the server's port for components: while it is closed nobody gets in, as if the server didn't listen. So
 * the component finds a server that was restarted only when people are logged in there again. It never cuts anything
 * off: what is inside ends with the server.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort, LOOPBACK } from "../lab/ports.js";

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

  /** Lets nobody in any more, from now on. */
  close(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Cuts off whoever is inside, and closes. */
  end(): void {
    this.close();
    for (const socket of this.#sockets) socket.destroy();
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
