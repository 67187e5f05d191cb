/** An XMPP client of a user. It never reconnects, so that tests notice lost connections. */
import { randomUUID } from "node:crypto";
import { NS, xml, type Element } from "../../component/xml/builder.js";
import { Inbox, NothingCame } from "./inbox.js";
import type { Account } from "./options.js";
import { StrictStream, type StreamEvents } from "./strict-stream.js";

export { xml, type Element };

export interface Login extends Required<Account> {
  readonly port: number;
  /** The resource of the client's address; absent: the server chooses it. */
  readonly resource?: string | undefined;
}

/** A stream whose elements are awaited: stanzas, and a stream error. */
export class StreamWithInbox {
  constructor(
    readonly stream: StrictStream,
    private readonly inbox: Inbox<Element>,
  ) {}

  /** All elements received so far, in order, whether `next` returned them or not. */
  get received(): readonly Element[] {
    return this.inbox.received;
  }

  /** Takes the first matching element that was received, or waits for one; see `Inbox.next`. */
  next(matches?: (element: Element) => boolean, timeoutMs?: number): Promise<Element> {
    return this.inbox.next(matches, timeoutMs);
  }

  /** Closes the stream, and waits until the server has closed it, too. */
  close(): Promise<void> {
    return this.stream.end();
  }

  /** Cuts the connection without closing the stream. */
  cut(): void {
    this.stream.close();
  }
}

export function inboxOfStream(): { inbox: Inbox<Element>; events: StreamEvents } {
  const inbox = new Inbox<Element>();
  const closed = (reason = "the stream was closed"): void => inbox.close(new NothingCame(reason));
  return { inbox, events: { stanza: (element) => inbox.push(element), closed } };
}

/** The error in answers to requests, which the client supports none of (RFC 6120 §8.2.3). */
const unsupported = (): Element => xml("error", { type: "cancel" }, xml("service-unavailable", NS.stanzas));

export class Client extends StreamWithInbox {
  /** Logs in without presence, so that the server delivers no messages before `appear`. */
  static async login({ port, resource, ...account }: Login): Promise<Client> {
    const { inbox, events } = inboxOfStream();
    const stanza = (received: Element): void => {
      events.stanza(received);
      const { id, from: to, type = "" } = received.attrs;
      if (received.is("iq") && ["get", "set"].includes(type))
        stream.write(xml("iq", { type: "error", id, to }, unsupported()).toString());
    };
    const stream = await StrictStream.user(port, account, { ...events, stanza }, resource);
    return new Client(stream, inbox);
  }

  /** The client's full address (JID with resource). */
  get jid(): string {
    return this.stream.jid;
  }

  get bareJid(): string {
    return this.jid.slice(0, this.jid.indexOf("/"));
  }

  get username(): string {
    return this.jid.slice(0, this.jid.indexOf("@"));
  }

  /** Sends initial presence, and waits until the server has processed it; after this, messages arrive. */
  async appear(...children: Element[]): Promise<void> {
    await this.send(xml("presence", {}, ...children));
    await this.next((stanza) => stanza.is("presence") && stanza.attrs.from === this.jid);
  }

  send(stanza: Element): Promise<void> {
    this.stream.write(stanza.toString());
    return Promise.resolve();
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
    const host = this.bareJid.slice(this.bareJid.indexOf("@") + 1);
    await this.iq("get", xml("ping", { xmlns: "urn:xmpp:ping" }), host);
  }
}
