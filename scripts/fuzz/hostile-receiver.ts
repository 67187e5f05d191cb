/** A program to which a hook delivers events, and that answers with prepared bytes. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { LOOPBACK } from "../lab/ports.js";

const USUAL = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n";

export class HostileReceiver {
  /** What the next deliveries get. */
  readonly #answers: string[] = [];
  /** How many deliveries came. */
  deliveries = 0;
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<HostileReceiver> {
    const server = createServer((socket) => receiver.#take(socket));
    const receiver = new HostileReceiver(server);
    await once(server.listen(0, LOOPBACK), "listening");
    return receiver;
  }

  get url(): string {
    return `http://${LOOPBACK}:${(this.server.address() as AddressInfo).port}/`;
  }

  prepare(answer: string): void {
    this.#answers.push(answer);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.server, "close");
    this.server.close();
    await closed;
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
    // Each delivery is small, and comes at once.
    socket.on("data", () => {
      this.deliveries += 1;
      socket.write(this.#answers.shift() ?? USUAL, "latin1");
    });
  }
}
