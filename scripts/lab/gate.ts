/** A proxy in front of a server's port for components, which can refuse, cut, delay or swallow what passes. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort, LOOPBACK } from "./ports.js";

export class Gate {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #isMute = false;

  private constructor(
    readonly port: number,
    private readonly behind: number,
    private readonly delay: number,
  ) {}

  /** Creates a closed gate in front of a port. @param delay of all that the server sends, in milliseconds */
  static async before(port: number, delay = 0): Promise<Gate> {
    return new Gate(await freePort(), port, delay);
  }

  /** The gate's address in the form of xmpp.service. */
  get service(): string {
    return `xmpp://${LOOPBACK}:${this.port}`;
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

  /** Drops everything that the server sends from now on, until the connections are cut. */
  mute(): void {
    this.#isMute = true;
  }

  cut(): void {
    this.#isMute = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Closes the gate, and cuts all existing connections. */
  end(): void {
    this.close();
    this.cut();
  }

  #join(outside: Socket, inside: Socket): void {
    for (const [from, to] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay();
      from.on("error", () => undefined);
      from.once("close", () => {
        this.#sockets.delete(from);
        to.destroySoon();
      });
    }
    outside.pipe(inside);
    inside.on("data", (chunk) => {
      if (this.#isMute) return;
      if (this.delay === 0) outside.write(chunk);
      else setTimeout(() => outside.write(chunk), this.delay);
    });
  }
}
