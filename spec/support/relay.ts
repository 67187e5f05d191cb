/** Stands between a component and its server, and can keep what the server says from the component. */
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
      if (!this.#isMute) near.write(chunk);
    });
  });

  /** @param target the server's port */
  private constructor(readonly target: number) {}

  static async open(target: number): Promise<Relay> {
    const relay = new Relay(target);
    await new Promise<void>((resolve) => relay.#server.listen(0, LOOPBACK, resolve));
    return relay;
  }

  /** The address as `xmpp.service` wants it. */
  get service(): string {
    return `xmpp://${LOOPBACK}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on nothing of what the server says arrives. */
  mute(): void {
    this.#isMute = true;
  }

  /** Breaks the connections; new ones aren't muted. */
  cut(): void {
    this.#isMute = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
