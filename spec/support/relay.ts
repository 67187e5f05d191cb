/** A proxy between a component and its server that can delay or hold back everything the server sends. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { LOOPBACK } from "../../scripts/lab/ports.js";

export class Relay {
  #isMute = false;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((near) => {
    const far = connect(this.target, LOOPBACK);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one
        .on("error", () => undefined)
        .on("close", () => {
          this.#sockets.delete(one);
          other.destroy();
        });
    }
    near.pipe(far);
    far.on("data", (chunk) => {
      if (this.#isMute) return;
      if (this.delay === 0) near.write(chunk);
      else setTimeout(() => near.write(chunk), this.delay);
    });
  });

  private constructor(
    readonly target: number,
    readonly delay: number,
  ) {}

  /** @param target the port of the server @param delay of all that the server sends, in milliseconds */
  static async open(target: number, delay = 0): Promise<Relay> {
    const relay = new Relay(target, delay);
    await new Promise<void>((resolve) => relay.#server.listen(0, LOOPBACK, resolve));
    return relay;
  }

  /** The relay's address in the form of `xmpp.service`. */
  get service(): string {
    return `xmpp://${LOOPBACK}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Drops everything that the server sends from now on. */
  mute(): void {
    this.#isMute = true;
  }

  /** Cuts all connections; new connections aren't muted. */
  cut(): void {
    this.#isMute = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
