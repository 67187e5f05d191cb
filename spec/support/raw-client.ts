/** A client that keeps every byte it is sent: what one server makes of the same stanza can be compared to the byte. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import xml from "@xmpp/xml";
import type { Account } from "../../scripts/lab/options.js";

const STREAMS = "xmlns:stream='http://etherx.jabber.org/streams'";
const WAIT_MS = 10_000;

export class RawClient {
  readonly #socket: Socket;
  #text = "";

  private constructor(
    readonly jid: string,
    port: number,
  ) {
    this.#socket = connect(port, "127.0.0.1").setEncoding("utf8");
    this.#socket.on("data", (text: string) => {
      this.#text += text;
    });
  }

  /** Logs in and is available. */
  static async login(port: number, account: Required<Account>, resource: string): Promise<RawClient> {
    const { username, host, password } = account;
    const client = new RawClient(`${username}@${host}/${resource}`, port);
    const header = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' ${STREAMS} to='${host}' version='1.0'>`;
    const secret = Buffer.from(`\0${username}\0${password}`).toString("base64");
    await client.asks(header, "</stream:features>");
    await client.asks(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`,
      "<success",
    );
    await client.asks(header, "</stream:features>");
    const bind = xml("bind", "urn:ietf:params:xml:ns:xmpp-bind", xml("resource", {}, resource));
    await client.asks(xml("iq", { type: "set", id: "bind" }, bind).toString(), "</iq>");
    await client.asks("<presence/>", "<presence");
    return client;
  }

  /** Sends this, waits for that, and gives what came until then; it is forgotten here. */
  async asks(text: string, end: string): Promise<string> {
    this.#socket.write(text);
    const deadline = AbortSignal.timeout(WAIT_MS);
    while (!this.#text.includes(end)) await once(this.#socket, "data", { signal: deadline });
    const came = this.#text;
    this.#text = "";
    return came;
  }

  close(): void {
    this.#socket.destroy();
  }
}
