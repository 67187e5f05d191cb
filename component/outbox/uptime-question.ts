/**
 * Asks the server since when it runs (XEP-0012, Last Activity of a server): every host that is served, as not each may
 * answer. They are of one server, so the first answer counts. What can't be read, or comes late, is no answer.
 */
import { randomUUID } from "node:crypto";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";

export interface UptimeQuestionOptions {
  /** The component's domain, which asks. */
  readonly domain: string;
  readonly hosts: readonly string[];
  /** How long an answer is waited for, in milliseconds. */
  readonly patience: number;
  /** Called once. @param seconds since when the server runs; undefined where it didn't tell */
  onSettled(seconds: number | undefined): void;
}

/** More aren't asked: of the answers only one is needed. */
const MOST = 8;
const SECONDS = /^\d{1,10}$/;

export class UptimeQuestion {
  readonly #options: UptimeQuestionOptions;
  /** The hosts that haven't answered, by the ids of their questions. */
  readonly #open = new Map<string, string>();
  #timer: NodeJS.Timeout;
  /** What to write to the stream. */
  readonly text: WireText;

  constructor(options: UptimeQuestionOptions) {
    this.#options = options;
    const { domain: from, hosts, patience } = options;
    const texts = hosts.slice(0, MOST).map((to) => {
      const id = `uptime-${randomUUID()}`;
      this.#open.set(id, to);
      return serialise(xml("iq", { to, from, id, type: "get" }, xml("query", NS.last)));
    });
    this.text = inOneWrite(texts);
    this.#timer = setTimeout(() => this.#settle(undefined), patience);
  }

  /** Consumes an answer; false for every other stanza. */
  consume(stanza: Element): boolean {
    const { id = "", from, to, type } = stanza.attrs;
    if (stanza.name !== "iq" || (type !== "result" && type !== "error")) return false;
    if (to !== this.#options.domain || from === undefined || this.#open.get(id) !== from) return false;
    this.#open.delete(id);
    const seconds = type === "result" ? stanza.getChild("query", NS.last)?.attrs.seconds : undefined;
    if (seconds !== undefined && SECONDS.test(seconds)) this.#settle(Number(seconds));
    else if (this.#open.size === 0) this.#settle(undefined);
    return true;
  }

  /** Waits so long at most from here on, in milliseconds. */
  hurry(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(undefined), ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#open.clear();
  }

  #settle(seconds: number | undefined): void {
    this.stop();
    this.#options.onSettled(seconds);
  }
}
