/** An ordinary XMPP client of a user. It never reconnects, so that tests notice lost connections. */
import { randomUUID } from "node:crypto";
import { client as createEntity, xml, type ClientEntity, type Element } from "@xmpp/client";
import { Inbox, NothingCame } from "./inbox.js";
import { LOOPBACK } from "./ports.js";

export { xml, type Element };

export interface Login {
  /** The server's IP address or host name; absent: loopback. */
  readonly address?: string;
  /** The server's port for clients. */
  readonly port: number;
  readonly username: string;
  readonly host: string;
  readonly password: string;
  /** The resource of the client's address; absent: the server chooses it. */
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
      // PLAIN is fast, and the password doesn't leave the machine. The package needs up to 0.6 s for SCRAM.
      credentials: (authenticate) =>
        authenticate({ username: asBytes(username), password: asBytes(password) }, "PLAIN"),
      ...(resource !== undefined && { resource }),
    });
    this.#entity.reconnect.stop();
    // By default, the package decodes each chunk separately, which breaks characters at the chunks' ends.
    this.#entity.on("connect", () => this.#entity.socket?.setEncoding("utf8"));
    this.#entity.on("stanza", (stanza: Element) => {
      if (this.#entity.status === "online") this.#inbox.push(stanza);
    });
    this.#entity.on("error", (error: Error) => this.#inbox.close(error));
    this.#entity.on("disconnect", () => this.#inbox.close(new NothingCame("the client's connection closed")));
  }

  /** Logs in without presence, so that the server delivers no messages before `appear`. */
  static async login(login: Login): Promise<Client> {
    const client = new Client(login);
    client.#jid = (await client.#entity.start()).toString();
    return client;
  }

  /** The client's full address (JID with resource). */
  get jid(): string {
    return this.#jid;
  }

  get bareJid(): string {
    return this.#jid.slice(0, this.#jid.indexOf("/"));
  }

  get username(): string {
    return this.#jid.slice(0, this.#jid.indexOf("@"));
  }

  /** All stanzas received since the login, in order, whether `next` returned them or not. */
  get received(): readonly Element[] {
    return this.#inbox.received;
  }

  /** Sends initial presence, and waits until the server has processed it; after this, messages arrive. */
  async appear(...children: Element[]): Promise<void> {
    await this.send(xml("presence", {}, ...children));
    await this.next((stanza) => stanza.is("presence") && stanza.attrs.from === this.jid);
  }

  /** Takes the first matching stanza that was received, or waits for one; see `Inbox.next`. */
  next(matches?: (stanza: Element) => boolean, timeoutMs?: number): Promise<Element> {
    return this.#inbox.next(matches, timeoutMs);
  }

  async send(stanza: Element): Promise<void> {
    await this.#entity.send(stanza);
  }

  /** Sends an IQ request. @param to the receiver; absent: the account's server @returns the result or error */
  async iq(type: "get" | "set", payload: Element, to?: string): Promise<Element> {
    const id = randomUUID();
    await this.send(xml("iq", { type, id, to }, payload));
    return await this.next((stanza) => {
      if (!stanza.is("iq") || stanza.attrs.id !== id) return false;
      const { from } = stanza.attrs;
      return from === to || (to === undefined && from === this.bareJid);
    });
  }

  /** Waits until the server has processed all earlier stanzas: it answers a ping only after them. */
  async settle(): Promise<void> {
    await this.iq(
      "get",
      xml("ping", { xmlns: "urn:xmpp:ping" }),
      this.jid.slice(this.jid.indexOf("@") + 1).split("/")[0],
    );
  }

  async close(): Promise<void> {
    if (this.#entity.socket !== null) await this.#entity.stop();
  }

  /** Cuts the connection without closing the stream. */
  cut(): void {
    this.#entity.socket?.destroy();
  }
}

/** Turns bytes of UTF-8 into characters, because the package's base64 encodes characters as bytes. */
function asBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
