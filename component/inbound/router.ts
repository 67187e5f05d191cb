/**
 * Routes incoming stanzas to handlers, and sends their replies, so that every IQ get or set gets one. A thrown
 * StanzaError becomes the error reply, any other exception internal-server-error. Error stanzas never get a reply.
 */
import type { Logger } from "winston";
import { Jid, classify, type AddressTarget, type TargetKind } from "../addresses/address.js";
import type { Metrics } from "../metrics.js";
import { replied, type IqReply } from "./iq-reply.js";
import { conditionOf, StanzaError, type BouncedStanza } from "./stanza-error.js";
import type { RoomTurns } from "../busy-room-turns.js";
import { xml, type Element } from "../xml/builder.js";
import { excessOf, MAX_DEPTH, MAX_PARTS } from "../xml/extent.js";
import { serialise } from "../xml/serialise.js";
import { IllFormed, mustFit, StanzaTooLarge, type WireText } from "../xml/wire-text.js";
import { settled, type Settled } from "../settled.js";

/** An incoming stanza with parsed addresses. */
export interface Inbound<K extends TargetKind = TargetKind> {
  readonly stanza: Element;
  readonly from: Jid;
  readonly to: Extract<AddressTarget, { kind: K }>;
  /** The only child element of an IQ; for other stanzas, the stanza itself. */
  readonly payload: Element;
}

export interface IqHandler<K extends TargetKind = TargetKind> {
  readonly stanza: "iq";
  readonly type: "get" | "set";
  readonly target: K;
  /** The name and namespace of the payload's element. Both "*": payloads without another handler. */
  readonly name: string;
  readonly ns: string;
  /** The feature that this handler adds to disco#info. */
  readonly feature?: string;
  handle(inbound: Inbound<K>): IqReply | Promise<IqReply>;
}

/** Handles messages or presences, by target and type; sends replies itself. */
export interface StanzaHandler<K extends TargetKind = TargetKind> {
  readonly stanza: "message" | "presence";
  readonly target: K;
  /** The handled types, "normal" and "available" if a stanza has none; undefined: all without another handler. */
  readonly types?: readonly string[];
  handle(inbound: Inbound<K>): void | Promise<void>;
}

/** A handler for any kind of target. */
export type Handler = { [K in TargetKind]: IqHandler<K> | StanzaHandler<K> }[TargetKind];

export interface RouterOptions {
  readonly domain: string;
  /** Whether the localpart of an address of the domain belongs to a bot. */
  readonly isBot?: (local: string) => boolean;
  /** Called for each error that comes back for a user's stanza. @param from its full address */
  bounced?(bounce: BouncedStanza, from: string): void;
  /** Writes a finished stanza. @returns false if the stanza is lost */
  write(stanza: WireText): boolean;
  /** Decides when stanzas to rooms are handled; absent: immediately. */
  readonly turns?: Pick<RoomTurns, "run">;
  /** The maximum size of a stanza, in bytes. */
  readonly stanzaBytes: number;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export class Router {
  readonly #table = new Map<string, (inbound: Inbound) => unknown>();
  readonly #features = new Map<TargetKind, Set<string>>();

  constructor(private readonly options: RouterOptions) {}

  /** Adds handlers. @throws Error if two handlers have the same key, which is a bug */
  register(...handlers: Handler[]): void {
    for (const handler of handlers) {
      for (const key of keysOf(handler)) {
        if (this.#table.has(key)) throw new Error(`two handlers for ${key}`);
        // The key contains the kind of target, which the handler accepts. For operators, it names the work.
        const handle = (inbound: Inbound): unknown => (handler as IqHandler).handle(inbound);
        const { eventLoop } = this.options.metrics;
        this.#table.set(key, (inbound) => eventLoop.run(key, () => handle(inbound), inbound.from.bare.text));
      }
      if (handler.stanza === "iq" && handler.feature !== undefined) {
        const features = this.#features.get(handler.target) ?? new Set();
        this.#features.set(handler.target, features.add(handler.feature));
      }
    }
  }

  /** Returns the disco#info features of this kind of target. */
  featuresOf(kind: TargetKind): string[] {
    return [...(this.#features.get(kind) ?? [])].sort();
  }

  /** Routes a stanza. */
  route(stanza: Element): Settled<void> {
    return settled(
      () => this.#route(stanza),
      (error) => {
        this.options.log.error(`A ${stanza.name} could not be refused`, { error });
      },
    );
  }

  async #route(stanza: Element): Promise<void> {
    this.options.metrics.stanzasIn.inc({ stanza: stanza.name });
    const from = Jid.parse(stanza.attrs.from ?? "");
    const to = Jid.parse(stanza.attrs.to ?? "");
    try {
      if (from === undefined || to === undefined) throw new StanzaError("modify", "jid-malformed");
      const excess = excessOf(stanza, this.options.stanzaBytes);
      if (excess === "size") throw refused(`Stanzas of more than ${this.options.stanzaBytes} bytes`);
      if (excess === "parts") throw refused(`Stanzas of more than ${MAX_PARTS} elements and attributes`);
      if (excess === "depth") throw refused(`Stanzas with more than ${MAX_DEPTH} levels of elements`);
      const { domain, isBot, turns } = this.options;
      const target = classify(to, domain, isBot);
      const handle = (): Promise<void> =>
        stanza.name === "iq" ? this.#routeIq(stanza, from, target) : this.#routeOther(stanza, from, target);
      const isForRoom = target.kind === "room" || target.kind === "occupant";
      if (stanza.attrs.type === "error" && target.kind === "elsewhere") this.#reportBounce(stanza, from, to);
      else if (turns === undefined || !isForRoom) await handle();
      else await turns.run({ room: to.bare.text, from, stanza }, handle);
    } catch (error) {
      this.#refuse(stanza, error);
    }
  }

  async #routeIq(stanza: Element, from: Jid, to: AddressTarget): Promise<void> {
    const { type } = stanza.attrs;
    const [payload, ...more] = stanza.getChildElements();
    if (type === "result" || type === "error") return;
    if (payload === undefined || more.length > 0) throw new StanzaError("modify", "bad-request");
    const kind = `iq ${type ?? ""} ${to.kind}`;
    const handle =
      this.#table.get(`${kind} ${payload.getName()} ${payload.getNS() ?? ""}`) ??
      this.#table.get(`${kind} * *`);
    if (handle === undefined) throw new StanzaError("cancel", "service-unavailable");
    const reply = (await handle({ stanza, from, to, payload })) as IqReply;
    if (reply !== replied && !this.#write(stanza, "result", reply))
      throw new StanzaError("wait", "resource-constraint");
  }

  async #routeOther(stanza: Element, from: Jid, to: AddressTarget): Promise<void> {
    const type = stanza.attrs.type ?? (stanza.name === "message" ? "normal" : "available");
    const handle =
      this.#table.get(`${stanza.name} ${type} ${to.kind}`) ?? this.#table.get(`${stanza.name} * ${to.kind}`);
    if (handle !== undefined) await handle({ stanza, from, to, payload: stanza });
    else if (stanza.name === "message") throw new StanzaError("cancel", "service-unavailable");
  }

  #refuse(stanza: Element, failure: unknown): void {
    const { metrics, log } = this.options;
    const known = refusalOf(failure);
    const error = known ?? new StanzaError("cancel", "internal-server-error");
    metrics.refusedStanzas.inc({ condition: error.condition });
    if (known === undefined) {
      log.error(`A ${stanza.name} from ${stanza.attrs.from ?? "?"} could not be handled`, { error: failure });
    }
    const { type } = stanza.attrs;
    if (type === "error" || (stanza.name === "iq" && type === "result")) return;
    // If the reply can't be written, the error's text or echo may be the reason.
    for (const reply of [error, new StanzaError(error.type, error.condition)]) {
      try {
        this.#write(stanza, "error", reply.echo, reply.element());
        return;
      } catch (fault) {
        if (!(fault instanceof IllFormed || fault instanceof StanzaTooLarge)) throw fault;
      }
    }
    log.info(`A ${stanza.name} from ${stanza.attrs.from ?? "?"} can't be answered: its id is too large`);
  }

  /** Writes a reply; returns false if it is lost. @throws IllFormed, StanzaTooLarge; then nothing is written */
  #write(stanza: Element, type: "result" | "error", ...children: (Element | undefined)[]): boolean {
    const { from: to, to: from, id } = stanza.attrs;
    if (to === undefined || from === undefined) return true;
    const reply = serialise(xml(stanza.name, { to, from, id, type }, ...children));
    mustFit(reply, this.options.stanzaBytes);
    return this.options.write(reply);
  }

  /** Reports an error that came back for a stanza sent in a user's name. */
  #reportBounce(stanza: Element, from: Jid, to: Jid): void {
    // The sender has no session that needs the carbon copy.
    if (from.bare.equals(to.bare)) return;
    const { id = "none" } = stanza.attrs;
    const bounce = { id, sender: to.bare.text, receiver: from.bare.text, condition: conditionOf(stanza) };
    this.options.bounced?.(bounce, from.text);
  }
}

/** Returns the error for the sender of a stanza; undefined if the failure is a bug. */
function refusalOf(failure: unknown): StanzaError | undefined {
  if (failure instanceof StanzaError) return failure;
  if (failure instanceof IllFormed)
    return new StanzaError("modify", "bad-request", `This can't be passed on: ${failure.message}.`);
  if (failure instanceof StanzaTooLarge)
    return new StanzaError(
      "modify",
      "policy-violation",
      `This would make a stanza too large: ${failure.message}.`,
    );
  return undefined;
}

function refused(stanzas: string): StanzaError {
  return new StanzaError("modify", "policy-violation", `${stanzas} are refused.`);
}

function keysOf(handler: Handler): string[] {
  if (handler.stanza !== "iq") {
    return (handler.types ?? ["*"]).map((type) => `${handler.stanza} ${type} ${handler.target}`);
  }
  return [`iq ${handler.type} ${handler.target} ${handler.name} ${handler.ns}`];
}
