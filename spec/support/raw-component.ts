/**
 * A component's connection (XEP-0114) that uses none of the component's own code. Tests use it to observe servers, and
 * to compare the component's link with it.
 */
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import xml, { type Element } from "@xmpp/xml";
import { SaxesParser } from "saxes";
import { Inbox, NothingCame } from "../../scripts/lab/inbox.js";

const NAMESPACE = "jabber:component:accept";
const HOST = "127.0.0.1";

/** The address and credentials with which to connect; a `ComponentAccess` of a private server fits. */
export interface ComponentLogin {
  readonly domain: string;
  readonly password: string;
  readonly port: number;
}

export function isStreamError(element: { readonly name: string }): boolean {
  return element.name === "stream:error";
}

export class RawComponent {
  readonly domain: string;
  readonly #socket: Socket;
  readonly #inbox = new Inbox<Element>();
  readonly #closed: Promise<void>;

  private constructor(login: ComponentLogin) {
    this.domain = login.domain;
    this.#socket = connect(login.port, HOST);
    this.#socket.setEncoding("utf8").setNoDelay();
    this.#closed = new Promise((resolve) => this.#socket.once("close", () => resolve()));
    void this.#closed.then(() => this.#inbox.close(new NothingCame("the component's stream closed")));
    this.#socket.on("error", (error) => this.#inbox.close(error));
    this.#read((id) => {
      const digest = createHash("sha1").update(id).update(login.password).digest("hex");
      this.write(`<handshake>${digest}</handshake>`);
    });
    this.write(
      `<?xml version='1.0'?><stream:stream xmlns='${NAMESPACE}' ` +
        `xmlns:stream='http://etherx.jabber.org/streams' to='${login.domain}'>`,
    );
  }

  /** Connects and authenticates. @throws NothingCame with the stream error if the server refuses */
  static async connect(login: ComponentLogin): Promise<RawComponent> {
    const component = new RawComponent(login);
    const answer = await component.next((element) => element.is("handshake") || isStreamError(element));
    if (isStreamError(answer))
      throw new NothingCame(`the server refused the component: ${answer.toString()}`);
    return component;
  }

  /** All elements received so far, including stream errors, in order, whether `next` returned them or not. */
  get received(): readonly Element[] {
    return this.#inbox.received;
  }

  /** Resolves when the connection is closed by either side. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Takes the first element that matches, among those already received or the next ones; see `Inbox.next`. */
  next(matches?: (element: Element) => boolean, timeoutMs?: number): Promise<Element> {
    return this.#inbox.next(matches, timeoutMs);
  }

  /** Writes text to the stream unchanged, even if it isn't well-formed. */
  write(text: string): void {
    this.#socket.write(text);
  }

  /**
   * Sends a message to itself and waits for it. Then the server has routed everything written before, and its own
   * errors about these stanzas have arrived.
   */
  async waitForAck(): Promise<void> {
    const id = `ack-${Math.random().toString(36).slice(2)}`;
    this.write(`<message from='${this.domain}' to='${this.domain}' id='${id}'/>`);
    await this.next((element) => element.is("message") && element.attrs.id === id);
  }

  /** Closes the stream, and waits until the server has closed it, too. */
  async close(): Promise<void> {
    if (!this.#socket.destroyed) this.#socket.end("</stream:stream>");
    await this.#closed;
  }

  /** Cuts the connection without closing the stream. */
  cut(): void {
    this.#socket.destroy();
  }

  /**
   * Parses the stream into elements. XML that isn't well-formed ends the connection.
   * @param opened called with the stream's id
   */
  #read(opened: (streamId: string) => void): void {
    const parser = new SaxesParser();
    let current: Element | undefined;
    let depth = 0;
    parser.on("opentag", ({ name, attributes }) => {
      depth++;
      if (depth === 1) opened(attributes.id ?? "");
      else {
        const element = new xml.Element(name, attributes);
        if (current !== undefined) current.append(element);
        current = element;
      }
    });
    parser.on("text", (text) => current?.append(text));
    parser.on("closetag", () => {
      depth--;
      if (current === undefined) return;
      if (depth === 1) this.#inbox.push(current);
      current = current.parent ?? undefined;
    });
    parser.on("error", (error) => this.#socket.destroy(error));
    this.#socket.on("data", (text: string) => parser.write(text));
  }
}
