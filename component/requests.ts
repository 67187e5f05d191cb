/**
 * IQ requests that the component makes, and their answers. An answer counts only with the request's id *and* from
 * the address that was asked, to the one that asked; ids can't be guessed. (Matched by id alone, anybody could
 * answer.) Nobody waits longer than they said.
 */
import { randomUUID } from "node:crypto";
import { Jid } from "./address.js";
import { Shares } from "./shares.js";
import { conditionOf } from "./stanza-error.js";
import { xml, type Element } from "./xml/builder.js";
import { serialise } from "./xml/serialise.js";
import { fits, StanzaTooLarge, type WireText } from "./xml/wire-text.js";

/** What became of a request. */
export type Answer =
  | { readonly kind: "result"; readonly payload: Element | undefined }
  /** `condition`: RFC 6120 §8.3.3's, such as "item-not-found". */
  | { readonly kind: "error"; readonly condition: string }
  /** No answer in time. */
  | { readonly kind: "silence" }
  /** It may not be asked: it would be too large. */
  | { readonly kind: "refused"; readonly fault: StanzaTooLarge }
  /** It could not be asked: the link is down, or broke, or too many requests wait already. */
  | { readonly kind: "unasked" };

export interface Request {
  readonly type: "get" | "set";
  readonly to: Jid;
  /** Who asks: the component's own domain where absent, or an address in it. */
  readonly from?: Jid;
  readonly payload: Element;
  /** Milliseconds. */
  readonly timeout: number;
  /** For whom it is asked, so that nobody's questions leave no place for others'; the component where absent. */
  readonly owner?: string;
}

/** What is needed of the link. */
export interface RequestLink {
  readonly isUp: boolean;
  readonly domain: string;
  /** False where it is lost. */
  write(stanza: WireText): boolean;
  on(event: "down", listener: () => void): unknown;
}

interface Pending {
  readonly asked: string;
  readonly asker: string;
  settle(answer: Answer): void;
}

/** Each waits for some seconds at most, so this many are many. */
const MOST_PENDING = 5_000;

export class Requests {
  readonly #link: RequestLink;
  readonly #stanzaBytes: number;
  readonly #pending = new Map<string, Pending>();
  readonly #shares = new Shares(MOST_PENDING);

  /** @param stanzaBytes the most bytes of one stanza */
  constructor(link: RequestLink, stanzaBytes: number) {
    this.#link = link;
    this.#stanzaBytes = stanzaBytes;
    // What was asked on a stream that broke is never answered on the next.
    link.on("down", () => this.#giveUp());
  }

  /** How many answers are being waited for. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Asks; never rejects. */
  ask(request: Request): Promise<Answer> {
    const { owner = this.#link.domain } = request;
    if (!this.#link.isUp || !this.#shares.hasRoom(owner, 1)) return Promise.resolve({ kind: "unasked" });
    const id = `ask-${randomUUID()}`;
    const asker = request.from?.text ?? this.#link.domain;
    const { type, payload } = request;
    const stanza = serialise(xml("iq", { to: request.to.text, from: asker, id, type }, payload));
    if (!fits(stanza, this.#stanzaBytes)) {
      const fault = new StanzaTooLarge(Buffer.byteLength(stanza), this.#stanzaBytes);
      return Promise.resolve({ kind: "refused", fault });
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ kind: "silence" }), request.timeout).unref();
      const settle = (answer: Answer): void => {
        clearTimeout(timer);
        this.#pending.delete(id);
        this.#shares.remove(owner, 1);
        resolve(answer);
      };
      this.#pending.set(id, { asked: request.to.text, asker, settle });
      this.#shares.add(owner, 1);
      if (!this.#link.write(stanza)) settle({ kind: "unasked" });
    });
  }

  /** Takes the answer to a request; false for every other stanza, somebody else's answer among them. */
  take(stanza: Element): boolean {
    const { id, type, from, to } = stanza.attrs;
    if (stanza.name !== "iq" || (type !== "result" && type !== "error") || id === undefined) return false;
    const pending = this.#pending.get(id);
    if (pending === undefined) return false;
    if (Jid.parse(from ?? "")?.text !== pending.asked || Jid.parse(to ?? "")?.text !== pending.asker)
      return false;
    const [payload] = stanza.getChildElements();
    pending.settle(
      type === "result" ? { kind: "result", payload } : { kind: "error", condition: conditionOf(stanza) },
    );
    return true;
  }

  #giveUp(): void {
    for (const pending of [...this.#pending.values()]) pending.settle({ kind: "unasked" });
  }
}
