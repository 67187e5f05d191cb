/**
 * A component's connection (XEP-0114) with nothing of ours in it: what the servers do is tried through it, and
 * what our own link does can be compared with it.
 */
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import xml, { type Element } from "@xmpp/xml";
import { SaxesParser } from "saxes";
import { Inbox, NothingCame } from "../../scripts/lab/inbox.js";

const NAMESPACE = "jabber:component:accept";
const HOST = "127.0.0.1";

/** How to reach the server: a `ComponentAccess` of one's own servers is one. */
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

  /**
   * Connects and authenticates.
   * @throws NothingCame where the server refuses; with its stream error in the message
   */
  static async connect(login: ComponentLogin): Promise<RawComponent> {
    const component = new RawComponent(login);
    const answer = await component.next((element) => element.is("handshake") || isStreamError(element));
    if (isStreamError(answer))
      throw new NothingCame(`the server refused the component: ${answer.toString()}`);
    return component;
  }

  /** Everything received so far, in order, taken or not, a stream error too. */
  get received(): readonly Element[] {
    return this.#inbox.received;
  }

  /** Settles when the connection is closed, whoever closed it. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Takes the first element that matches, received before or still to come; see `Inbox.next`. */
  next(matches?: (element: Element) => boolean, timeoutMs?: number): Promise<Element> {
    return this.#inbox.next(matches, timeoutMs);
  }

  /** Writes text to the stream as it is, well-formed or not. */
  write(text: string): void {
    this.#socket.write(text);
  }

  /**
   * Sends a message to itself and waits for it: all that was written before has been routed then, and the errors
   * that the server itself gave have come.
   */
  async barrier(): Promise<void> {
    const id = `ack-${Math.random().toString(36).slice(2)}`;
    this.write(`<message from='${this.domain}' to='${this.domain}' id='${id}'/>`);
    await this.next((element) => element.is("message") && element.attrs.id === id);
  }

  /** Closes the stream, and waits until the server has closed it too. */
  async close(): Promise<void> {
    if (!this.#socket.destroyed) this.#socket.end("</stream:stream>");
    await this.#closed;
  }

  /** Cuts the connection without a goodbye. */
  cut(): void {
    this.#socket.destroy();
  }

  /** Builds the stream's elements, strictly: what is not well-formed ends the connection. */
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
