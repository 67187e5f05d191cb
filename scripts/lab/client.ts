/** An ordinary XMPP client, as a user of the server has one; never reconnecting, so that nothing is hidden. */
import { randomUUID } from "node:crypto";
import { client as createEntity, xml, type ClientEntity, type Element } from "@xmpp/client";
import { Inbox, NothingCame } from "./inbox.js";
import { LOOPBACK } from "./ports.js";

export { xml, type Element };

export interface Login {
  /** Where the server is; loopback by default. */
  readonly address?: string;
  /** The server's port for clients. */
  readonly port: number;
  readonly username: string;
  readonly host: string;
  readonly password: string;
  /** The server chooses one by default. */
  readonly resource?: string;
}

export class Client {
  readonly #entity: ClientEntity;
  readonly #inbox = new Inbox<Element>();
  #jid = "";

  private constructor(login: Login) {
    const { address = LOOPBACK, port, host, username, password, resource } = login;
    this.#entity = createEntity({
      service: `xmpp://${address}:${port}`,
      domain: host,
      // SCRAM's 4,096 rounds or more take this package up to 0.6 s, and the password doesn't leave the machine.
      credentials: (authenticate) =>
        authenticate({ username: asBytes(username), password: asBytes(password) }, "PLAIN"),
      ...(resource !== undefined && { resource }),
    });
    this.#entity.reconnect.stop();
    // It decodes each chunk by itself otherwise, and spoils characters that a chunk's end cuts.
    this.#entity.on("connect", () => this.#entity.socket?.setEncoding("utf8"));
    this.#entity.on("stanza", (stanza: Element) => {
      if (this.#entity.status === "online") this.#inbox.push(stanza);
    });
    this.#entity.on("error", (error: Error) => this.#inbox.close(error));
    this.#entity.on("disconnect", () => this.#inbox.close(new NothingCame("the client's connection closed")));
  }

  /** Logs in and binds a resource; without presence, so no message is delivered yet (see `appear`). */
  static async login(login: Login): Promise<Client> {
    const client = new Client(login);
    client.#jid = (await client.#entity.start()).toString();
    return client;
  }

  /** The full address that it is bound to. */
  get jid(): string {
    return this.#jid;
  }

  get bareJid(): string {
    return this.#jid.slice(0, this.#jid.indexOf("/"));
  }

  /** Everything received since the login, in order, taken or not. */
  get received(): readonly Element[] {
    return this.#inbox.received;
  }

  /** Sends initial presence, and waits until the server made it take effect: from then on messages arrive. */
  async appear(...children: Element[]): Promise<void> {
    await this.send(xml("presence", {}, ...children));
    await this.next((stanza) => stanza.is("presence") && stanza.attrs.from === this.jid);
  }

  /** Takes the first stanza that matches, received before or still to come; see `Inbox.next`. */
  next(matches?: (stanza: Element) => boolean, timeoutMs?: number): Promise<Element> {
    return this.#inbox.next(matches, timeoutMs);
  }

  async send(stanza: Element): Promise<void> {
    await this.#entity.send(stanza);
  }

  /**
   * Sends an IQ, and resolves to the answer, be it a result or an error; only its addressee can give it.
   * @param type "get" or "set"
   * @param to the server itself, on behalf of the own account, by default
   */
  async iq(type: "get" | "set", payload: Element, to?: string, timeoutMs?: number): Promise<Element> {
    const id = randomUUID();
    await this.send(xml("iq", { type, id, to }, payload));
    return await this.next((stanza) => {
      if (!stanza.is("iq") || stanza.attrs.id !== id) return false;
      const { from } = stanza.attrs;
      return from === to || (to === undefined && from === this.bareJid);
    }, timeoutMs);
  }

  /**
   * Waits until all that was sent before it has been handled by the server, and what it sent back has come: the
   * server answers a client's stanzas in order.
   */
  async settle(): Promise<void> {
    await this.iq(
      "get",
      xml("ping", { xmlns: "urn:xmpp:ping" }),
      this.jid.slice(this.jid.indexOf("@") + 1).split("/")[0],
    );
  }

  /** Logs out. */
  async close(): Promise<void> {
    if (this.#entity.socket !== null) await this.#entity.stop();
  }

  /** Cuts the connection without a goodbye. */
  cut(): void {
    this.#entity.socket?.destroy();
  }
}

/** The package's base64 takes a character for a byte: so let each byte of the UTF-8 be a character. */
function asBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
