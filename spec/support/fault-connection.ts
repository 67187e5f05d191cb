/** A connection of a component to the fault server. */
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import type { FaultMulticast } from "./fault-multicast.js";
import type { Ending, FaultHost, Peer } from "./faults.js";
import { NS, type Element } from "../../component/xml/builder.js";
import { find, NotWellFormed, streamReader } from "../../scripts/lab/stanza-reader.js";

export class FaultConnection implements Peer {
  /** The stanzas routed on this connection, in order, without ack requests and pings. */
  readonly routed: Element[] = [];
  /** The time of connecting, as in performance.now(). */
  readonly madeAt = performance.now();
  /** How many bytes were read so far. */
  bytes = 0;
  /** How many packets had only a space. */
  spaces = 0;
  /** How many ack requests and pings were received. */
  ackRequests = 0;
  state: "opening" | "open" | "ended" = "opening";
  /** Whether the component closed its stream cleanly. */
  saidGoodbye = false;
  readonly #reader;
  readonly #decoder = new StringDecoder("utf8");
  #held: string[] = [];
  #outgoing = Promise.resolve();

  constructor(
    private readonly socket: Socket,
    private readonly server: FaultHost & { readonly multicast: FaultMulticast },
  ) {
    this.#reader = streamReader({
      open: (header) => this.#onHeader(header),
      element: (element) => this.#onElement(element),
      end: () => {
        this.saidGoodbye = true;
        this.end({}, "</stream:stream>");
      },
    });
    socket.setNoDelay(true);
    socket.on("data", (data) => this.#onData(data));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.state = "ended";
      server.emit("change");
    });
  }

  /** Sends text or bytes unchanged, in packets of faults.chunk bytes. */
  send(text: string | Buffer): void {
    const bytes = Buffer.from(text);
    const { chunk } = this.server.faults;
    if (chunk >= bytes.length) {
      this.#outgoing = this.#outgoing.then(() => void this.socket.write(bytes));
      return;
    }
    for (let at = 0; at < bytes.length; at += chunk) {
      const piece = bytes.subarray(at, at + chunk);
      this.#outgoing = this.#outgoing.then(() => this.#sendPacket(piece));
    }
  }

  /** Stops reading until `resume` is called, so that the component's writes pile up. */
  stall(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Ends the connection, with a stream error if a condition is given, else after sending `last`. */
  end({ condition, text }: Ending, last = ""): void {
    if (this.state === "ended") return;
    this.state = "ended";
    const detail =
      text === undefined ? "" : `<text xmlns="urn:ietf:params:xml:ns:xmpp-streams">${text}</text>`;
    const error =
      condition === undefined
        ? last
        : `<stream:error><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-streams"/>${detail}</stream:error></stream:stream>`;
    this.#outgoing = this.#outgoing.then(() => {
      if (error === "") this.socket.destroy();
      else this.socket.end(error);
    });
    this.server.emit("change");
  }

  /** Cuts the connection. */
  destroy(): void {
    this.state = "ended";
    this.socket.destroy();
  }

  /** Sends the responses that were held back. @param count how many to send at most; all by default */
  release(count = Infinity): void {
    for (const text of this.#held.splice(0, count)) this.send(text);
  }

  #sendPacket(piece: Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.socket.write(piece, () => setImmediate(resolve));
    });
  }

  #onData(data: Buffer): void {
    const { chunk, closeAtByte } = this.server.faults;
    const kept = data.subarray(0, Math.max(0, closeAtByte - this.bytes));
    this.bytes += kept.length;
    if (data.toString() === " ") this.spaces++;
    const step = Math.min(chunk, Math.max(1, kept.length));
    try {
      for (let at = 0; at < kept.length && this.state !== "ended"; at += step) {
        this.#reader.write(this.#decoder.write(kept.subarray(at, at + step)));
      }
    } catch (error) {
      if (!(error instanceof NotWellFormed)) throw error;
      this.end({ condition: "not-well-formed", text: "XML parse error" });
    }
    if (this.bytes >= closeAtByte) this.destroy();
    this.server.emit("change");
  }

  #onHeader(header: Element): void {
    const { domain, faults } = this.server;
    if (faults.handshake === "ignore") return;
    this.send(
      `<?xml version="1.0"?><stream:stream xmlns="jabber:component:accept" ` +
        `xmlns:stream="http://etherx.jabber.org/streams" from="${domain}" id="${faults.streamId}">`,
    );
    // jabberd2's router does the same; XEP-0114 knows neither `version` nor features.
    if (header.attrs.version !== undefined) this.send("<stream:features/>");
    if (header.getNS() !== "http://etherx.jabber.org/streams" || header.attrs.to !== domain) {
      this.end({ condition: "host-unknown" });
    }
  }

  #onElement(element: Element): void {
    if (this.state === "ended") return;
    if (this.state === "opening") this.#onHandshake(element);
    else this.#onStanza(element);
  }

  #onHandshake(element: Element): void {
    const { secret, faults } = this.server;
    const digest = createHash("sha1")
      .update(faults.streamId + secret)
      .digest("hex");
    if (faults.handshake !== "accept") this.end({ condition: faults.handshake });
    else if (element.name !== "handshake" || element.getText() !== digest)
      this.end({ condition: "not-authorized" });
    else {
      this.state = "open";
      this.send("<handshake/>");
    }
  }

  #onStanza(stanza: Element): void {
    const { domain, faults } = this.server;
    const { id = "", to, from } = stanza.attrs;
    const message = `<message to="${domain}" from="${domain}" id="${id}"><no-store xmlns="urn:xmpp:hints"/></message>`;
    if (to === domain && id.startsWith("probe-")) {
      // The component's own probe, which only checks whether such stanzas come back.
      const type = stanza.name === "iq" ? 'type="get"' : "";
      const back = `<${stanza.name} to="${domain}" from="${from ?? ""}" id="${id}" ${type}/>`;
      if (faults.messagesToSelf === "return") this.send(back);
    } else if (stanza.name === "message" && to === domain && from === domain) {
      this.#answer(faults.messagesToSelf, message);
    } else if (stanza.name === "iq" && find(stanza, "ping") !== undefined && from === domain) {
      this.#answer(faults.pings, `<iq to="${domain}" from="${to ?? ""}" id="${id}" type="result"/>`);
    } else if (stanza.name === "iq" && from === domain && stanza.getChild("query", NS.last) !== undefined) {
      this.#tellUptime(to ?? "", id);
    } else {
      const ending = faults.rejection(stanza);
      if (ending !== undefined) {
        this.end(ending);
        return;
      }
      if (this.server.multicast.consume(stanza, this)) return;
      this.routed.push(stanza);
      this.server.routed.push(stanza);
      faults.onStanza(stanza, this);
    }
  }

  #tellUptime(from: string, id: string): void {
    const { domain, faults, startedAt } = this.server;
    const { uptime } = faults;
    const seconds = typeof uptime === "object" ? uptime.text : Math.floor((Date.now() - startedAt) / 1000);
    const query = `<query xmlns="jabber:iq:last" seconds="${seconds}"/>`;
    const type = uptime === "error" ? "error" : "result";
    const answer = `<iq to="${domain}" from="${from}" id="${id}" type="${type}">${query}</iq>`;
    if (uptime === "hold") this.#held.push(answer);
    else if (uptime !== "swallow") this.send(answer);
  }

  #answer(fault: "return" | "hold" | "swallow", text: string): void {
    this.ackRequests += 1;
    if (fault === "return") this.send(text);
    else if (fault === "hold") this.#held.push(text);
  }
}
