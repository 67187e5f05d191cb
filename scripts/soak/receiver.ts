/** Receives for the soak: a component of the server's with a domain of its own, which reads all it is sent at once. */
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { SaxesParser } from "saxes";
import type { ComponentAccess } from "../servers/server.js";

export class Receiver {
  readonly #access: ComponentAccess;
  readonly #onMessage: (id: string) => void;
  #socket: Socket | undefined;

  /** @param onMessage told the id of each message that came in whole */
  constructor(access: ComponentAccess, onMessage: (id: string) => void) {
    this.#access = access;
    this.#onMessage = onMessage;
  }

  /** Connects anew; resolves when the server routes to it. */
  connect(): Promise<void> {
    const { domain, password, port } = this.#access;
    this.close();
    const socket = connect(port, "127.0.0.1");
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      const parser = this.#parser({
        onHeader: (id) => {
          const digest = createHash("sha1")
            .update(id + password)
            .digest("hex");
          socket.write(`<handshake>${digest}</handshake>`);
        },
        onHandshake: resolve,
      });
      socket.setEncoding("utf8");
      socket.on("data", (text: string) => parser.write(text));
      socket.once("error", reject);
      socket.on("error", () => undefined);
      socket.once("close", () => reject(new Error(`the server closed the connection of ${domain}`)));
      socket.write(
        `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' to='${domain}' xmlns:stream='http://etherx.jabber.org/streams'>`,
      );
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #parser(events: { onHeader(id: string): void; onHandshake(): void }): SaxesParser<{ xmlns: false }> {
    const parser = new SaxesParser({ xmlns: false, position: false });
    let depth = 0;
    let message: string | undefined;
    parser.on("opentag", ({ name, attributes: { id = "", type } }) => {
      depth += 1;
      if (depth === 1) events.onHeader(id);
      if (depth === 2) message = name === "message" && type !== "error" ? id : undefined;
    });
    parser.on("closetag", ({ name }) => {
      depth -= 1;
      if (depth !== 1) return;
      if (name === "handshake") events.onHandshake();
      if (message !== undefined) this.#onMessage(message);
    });
    // A killed server ends its stream in the middle of a stanza.
    parser.on("error", () => this.#socket?.destroy());
    return parser;
  }
}
