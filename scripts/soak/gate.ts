/**
 * A proxy in front of the server's port for components. While the proxy is closed, it refuses connections, so that
 * the component reaches a restarted server only after the users have logged in again.
 */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort, LOOPBACK } from "../lab/ports.js";

export class Gate {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  private constructor(
    readonly port: number,
    private readonly behind: number,
  ) {}

  /** Creates a closed gate in front of a port. */
  static async before(port: number): Promise<Gate> {
    return new Gate(await freePort(), port);
  }

  async open(): Promise<void> {
    this.#server = createServer((outside) => this.#join(outside, connect(this.behind, LOOPBACK)));
    await once(this.#server.listen(this.port, LOOPBACK), "listening");
  }

  /** Refuses new connections. Existing ones end with the server. */
  close(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Closes the gate, and cuts all existing connections. */
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
