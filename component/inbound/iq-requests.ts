/** Sends IQ requests, and returns the responses, whose random id and addresses must fit: others may be forged. */
import { randomUUID } from "node:crypto";
import { Jid } from "../addresses/address.js";
import type { UnqueuedWriter } from "../link/unqueued-writer.js";
import { QuotaPool } from "../limits/quota-pool.js";
import { conditionOf } from "./stanza-error.js";
import { xml, type Element, NS } from "../xml/builder.js";
import { excessOf } from "../xml/extent.js";
import { serialise } from "../xml/serialise.js";
import { fits, StanzaTooLarge } from "../xml/wire-text.js";
import { settled, type Settled } from "../settled.js";

export type IqAnswer =
  | { readonly kind: "result"; readonly payload: Element | undefined }
  /** `condition` is a condition of RFC 6120 §8.3.3, such as "item-not-found". */
  | { readonly kind: "error"; readonly condition: string }
  /** No response came in time. */
  | { readonly kind: "silence" }
  /** The request wasn't sent, because it is too large. */
  | { readonly kind: "refused"; readonly fault: StanzaTooLarge }
  /** The link is down, or was lost before the response. Or too many requests are pending. */
  | { readonly kind: "unasked" };

export interface IqRequest {
  readonly type: "get" | "set";
  readonly to: Jid;
  /** The sender, an address of the component; by default the component's domain. */
  readonly from?: Jid | undefined;
  readonly payload: Element;
  /** The user's bare address if the request is sent in a user's name, by the host's permission (XEP-0356 §6). */
  readonly inNameOf?: Jid;
  /** How long to wait for the response, in milliseconds. */
  readonly timeout: number;
  /** The account whose quota of pending requests is used; by default the component's. */
  readonly account?: string;
}

export type RequestLink = Pick<UnqueuedWriter, "isUp" | "domain" | "write" | "on">;

interface Pending {
  readonly asked: string;
  readonly asker: string;
  readonly settle: (answer: IqAnswer) => void;
}

interface Unanswered {
  readonly settle: (answer: IqAnswer) => void;
  readonly answer: IqAnswer;
}

const SILENCE: IqAnswer = { kind: "silence" };
const UNASKED: IqAnswer = { kind: "unasked" };
/** How many requests without a response are settled in one turn of the event loop. */
const SETTLED_PER_TURN = 16;

const MAX_PENDING = 5_000;

export class IqRequests {
  readonly #pending = new Map<string, Pending>();
  readonly #quotas = new QuotaPool(MAX_PENDING);
  readonly #unanswered: Unanswered[] = [];

  /** @param stanzaBytes the maximum size of a stanza, in bytes */
  constructor(
    private readonly link: RequestLink,
    private readonly stanzaBytes: number,
  ) {
    // The server doesn't respond on a new stream to requests of an earlier one.
    link.on("down", () => this.#giveUp());
  }

  get waiting(): number {
    return this.#pending.size;
  }

  /** Sends a request. If an exception prevents that, the answer is an internal error. */
  ask(request: IqRequest): Settled<IqAnswer> {
    return settled<IqAnswer>(
      () => this.#ask(request),
      () => ({ kind: "error", condition: "internal-server-error" }),
    );
  }

  #ask(request: IqRequest): Promise<IqAnswer> {
    const { account = this.link.domain } = request;
    if (!this.link.isUp || !this.#quotas.hasRoom(account, 1)) return Promise.resolve(UNASKED);
    const id = `ask-${randomUUID()}`;
    const asker = request.from?.text ?? this.link.domain;
    const { type, payload, inNameOf: user } = request;
    const asked = (user ?? request.to).text;
    const direct = xml("iq", { to: request.to.text, from: user?.text ?? asker, id, type }, payload);
    const stanza = serialise(
      user === undefined ? direct : xml("iq", { to: asked, from: asker, id, type }, privilegedIq(direct)),
    );
    if (!fits(stanza, this.stanzaBytes)) {
      const fault = new StanzaTooLarge(Buffer.byteLength(stanza), this.stanzaBytes);
      return Promise.resolve({ kind: "refused", fault });
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settleSoon({ settle, answer: SILENCE }), request.timeout).unref();
      const settle = (answer: IqAnswer): void => {
        clearTimeout(timer);
        if (!this.#pending.delete(id)) return;
        this.#quotas.release(account, 1);
        resolve(answer);
      };
      this.#pending.set(id, { asked, asker, settle });
      this.#quotas.acquire(account, 1);
      if (!this.link.write(stanza)) settle(UNASKED);
    });
  }

  /** Consumes the response to a pending request. @returns false for any other stanza */
  consume(stanza: Element): boolean {
    const { id, type, from, to } = stanza.attrs;
    if (stanza.name !== "iq" || id === undefined) return false;
    const pending = this.#pending.get(id);
    const inside = unwrappedIq(stanza);
    if (pending === undefined || (type !== "result" && type !== "error" && inside === undefined))
      return false;
    if (Jid.parse(from ?? "")?.text !== pending.asked || Jid.parse(to ?? "")?.text !== pending.asker)
      return false;
    pending.settle(this.#read(inside ?? stanza));
    return true;
  }

  #read(stanza: Element): IqAnswer {
    if (excessOf(stanza, this.stanzaBytes) !== undefined)
      return { kind: "error", condition: "policy-violation" };
    const { type } = stanza.attrs;
    if (type === "error") return { kind: "error", condition: conditionOf(stanza) };
    // ejabberd before 25.03 sends privileged requests for PEP back as if they were the response (its issue #4347).
    if (type !== "result") return { kind: "error", condition: "feature-not-implemented" };
    return { kind: "result", payload: stanza.getChildElements()[0] };
  }

  #giveUp(): void {
    for (const { settle } of this.#pending.values()) this.#settleSoon({ settle, answer: UNASKED });
  }

  /** Settles a few requests in each turn of the event loop, because thousands may end at the same time. */
  #settleSoon(unanswered: Unanswered): void {
    this.#unanswered.push(unanswered);
    if (this.#unanswered.length === 1) setImmediate(() => this.#settleSome());
  }

  #settleSome(): void {
    for (const { settle, answer } of this.#unanswered.splice(0, SETTLED_PER_TURN)) settle(answer);
    if (this.#unanswered.length > 0) setImmediate(() => this.#settleSome());
  }
}

/** Wraps a request of a user in a privileged IQ (XEP-0356 §6). */
function privilegedIq({ attrs, children }: Element): Element {
  return xml("privileged_iq", NS.privilege, xml("iq", { xmlns: NS.client, ...attrs }, ...children));
}

/** Returns the response inside a privileged response (XEP-0356 §6), if there is one. */
function unwrappedIq(stanza: Element): Element | undefined {
  return stanza.getChild("privilege", NS.privilege)?.getChild("forwarded", NS.forward)?.getChild("iq");
}
