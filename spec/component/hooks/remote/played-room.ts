/** A room of another service, as the test plays it: it gets the bot's stanzas in order, and answers them. */
import { Jid } from "../../../../component/addresses/address.js";
import type { IqAnswer, IqRequest } from "../../../../component/inbound/iq-requests.js";
import { NS, xml, type Element } from "../../../../component/xml/builder.js";

export const ROOM = "ops@rooms.test";
/** A room of a service that never answers. */
export const SILENT_ROOM = "void@silent.test";
export const BOT = "bot@c.test";
export const USER = "http://jabber.org/protocol/muc#user";
const MAM = "urn:xmpp:mam:2";
const OWNER = "http://jabber.org/protocol/muc#owner";
export const jid = (text: string): Jid => Jid.parse(text)!;

/** Whether the played service gets what is sent to an address. */
export const isPlayed = (address = ""): boolean => !address.endsWith("silent.test");

export interface Question {
  readonly request: IqRequest;
  readonly answer: (answer: IqAnswer) => void;
}

/** What is on the way to the room: a stanza, or a question. */
export type ToRoom = Element | Question;
/** What is on the way to the bot: a stanza, or the settling of a question. */
export type ToBot = Element | (() => void);

/** The service and its only room. */
export class PlayedRoom {
  isThere = true;
  isSilent = false;
  isMembersOnly = false;
  isBanned = false;
  /** How the service describes a room that isn't there. */
  missing = "item-not-found";
  /** What an address of this service is, if it is no room. */
  identity = { category: "conference", type: "text" };
  serviceIdentity = "conference";
  registered: string | undefined;
  /** The bot's nickname; undefined while it is outside. */
  nick: string | undefined;
  /** The nicknames of others. */
  readonly others = new Set<string>();
  /** Conditions with which the next messages, or attempts to enter, come back. */
  refusals: string[] = [];
  joinErrors: string[] = [];
  /** Answers of self-pings, while the bot is inside. */
  pingError: string | undefined;
  /** Answers of self-pings, while the bot is outside. */
  notInside = "not-acceptable";
  /** Ids of messages, each time that the room said one; those since the room was made, in its archive. */
  readonly said: string[] = [];
  archive: string[] = [];
  /** The ids of messages that the room said although its archive had them. */
  readonly twice: string[] = [];
  /** How many results a page of the archive has. */
  pageSize = 100;
  /** The attempts to enter, each time with the nickname; and what it did beside. */
  readonly entered: string[] = [];
  readonly left: string[] = [];
  /** The ids of messages, each time that the room got one, and their addresses. */
  readonly messages: string[] = [];
  readonly addresses: string[] = [];
  /** The times of messages, by the room's clock, which is right. */
  readonly #saidAt = new Map<string, number>();
  pings = 0;
  searches = 0;
  made = 0;
  destroyed = 0;

  constructor(
    readonly hasArchive: boolean,
    private readonly toBot: (what: ToBot) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** Does what a stanza or a question asks for. */
  take(what: ToRoom): void {
    if ("request" in what) {
      const answer = this.#answer(what.request);
      this.toBot(() => what.answer(answer));
    } else if (what.name === "presence") this.#takePresence(what);
    else this.#takeMessage(what);
  }

  /** Removes the bot, and tells it. */
  expel(codes: readonly string[], ...more: readonly Element[]): void {
    if (this.nick !== undefined) this.tell(this.nick, "unavailable", ["110", ...codes], ...more);
    this.nick = undefined;
  }

  /** Gives the bot another nickname (XEP-0045 §7.6), perhaps one that is none. */
  rename(nick: string): void {
    if (this.nick === undefined) return;
    this.tell(this.nick, "unavailable", ["110", "303"], xml("item", { nick }));
    this.tell(nick, undefined, ["110"]);
    if (jid(ROOM).withResource(nick) !== undefined) this.nick = nick;
  }

  destroy(): void {
    this.expel([], xml("destroy", { jid: "new@rooms.test" }));
    this.isThere = false;
    this.archive = [];
  }

  /** Sends the bot a presence of an occupant. */
  tell(nick: string, type: string | undefined, codes: readonly string[], ...more: readonly Element[]): void {
    const x = xml("x", USER, ...codes.map((code) => xml("status", { code })), ...more);
    const from = nick === "" ? ROOM : `${ROOM}/${nick}`;
    // The router drops what has no valid address.
    if (Jid.parse(from) !== undefined) this.toBot(xml("presence", { from, type }, x));
  }

  #takePresence({ attrs }: Element): void {
    const nick = attrs.to?.split("/")[1] ?? "";
    if (attrs.type === "unavailable") {
      this.left.push(nick);
      this.nick = undefined;
      return;
    }
    this.entered.push(nick);
    const condition = this.joinErrors.shift() ?? this.#refusal(nick);
    if (condition !== undefined) {
      this.toBot(xml("presence", { from: `${ROOM}/${nick}`, type: "error" }, errorElement(condition)));
      return;
    }
    const codes = this.isThere ? ["110"] : ["110", "201"];
    if (!this.isThere) this.made += 1;
    this.isThere = true;
    this.nick = nick;
    this.tell(nick, undefined, codes);
  }

  #refusal(nick: string): string | undefined {
    if (this.isBanned) return "forbidden";
    if (this.isMembersOnly) return "registration-required";
    return this.others.has(nick) ? "conflict" : undefined;
  }

  #takeMessage({ attrs: { id = "", to = "" } }: Element): void {
    this.messages.push(id);
    this.addresses.push(to);
    const condition =
      this.refusals.shift() ??
      (this.isThere ? undefined : "item-not-found") ??
      (this.nick === undefined ? "not-acceptable" : undefined);
    if (condition !== undefined) {
      this.toBot(xml("message", { from: ROOM, type: "error", id }, errorElement(condition)));
      return;
    }
    if (this.archive.includes(id)) this.twice.push(id);
    this.said.push(id);
    if (this.hasArchive) this.archive.push(id);
    this.#saidAt.set(id, this.now());
    this.toBot(
      xml("message", { from: `${ROOM}/${this.nick ?? ""}`, type: "groupchat", id }, xml("body", {}, "x")),
    );
  }

  #answer({ to, payload }: IqRequest): IqAnswer {
    const { xmlns, node } = payload.attrs;
    if (to.local === undefined)
      return result(xml("query", {}, xml("identity", { category: this.serviceIdentity })));
    if (payload.name === "ping") {
      this.pings += 1;
      if (this.nick === undefined) return error(this.notInside);
      return this.pingError === undefined ? result() : error(this.pingError);
    }
    if (xmlns === OWNER) {
      this.destroyed += 1;
      this.destroy();
      return result();
    }
    if (!this.isThere) return error(this.missing);
    if (xmlns === MAM) return this.#page(payload);
    if (node === undefined) {
      const features = this.hasArchive ? [xml("feature", { var: MAM })] : [];
      return result(xml("query", {}, xml("identity", this.identity), ...features));
    }
    const name = this.registered;
    return result(xml("query", { node }, name === undefined ? undefined : xml("identity", { name })));
  }

  /** Answers a query of the archive: a page of results after a certain one (XEP-0059). */
  #page(query: Element): IqAnswer {
    this.searches += 1;
    const set = query.getChild("set", "http://jabber.org/protocol/rsm");
    const after = set?.getChildText("after") ?? undefined;
    const field = query
      .getChild("x")
      ?.getChildren("field")
      .find(({ attrs }) => attrs.var === "start");
    const start = Date.parse(field?.getChildText("value") ?? "") || 0;
    const first = this.archive.findIndex((id) => (this.#saidAt.get(id) ?? Infinity) >= start);
    const isLast = set?.getChild("before") !== undefined;
    const since = first === -1 ? this.archive.length : first;
    const last = Math.max(0, this.archive.length - this.pageSize);
    const from = isLast ? last : after === undefined ? since : Number(after.slice(1)) + 1;
    const page = this.archive.slice(from, from + this.pageSize);
    const { queryid } = query.attrs;
    for (const id of page) {
      const forwarded = xml("forwarded", NS.forward, xml("message", { id, from: `${ROOM}/Bot` }));
      this.toBot(xml("message", { from: ROOM }, xml("result", { xmlns: MAM, queryid }, forwarded)));
    }
    const ends = [xml("first", {}, `s${from}`), xml("last", {}, `s${from + page.length - 1}`)];
    const paging = xml("set", "http://jabber.org/protocol/rsm", ...(page.length === 0 ? [] : ends));
    const complete = from + page.length >= this.archive.length ? "true" : undefined;
    return result(xml("fin", { xmlns: MAM, complete }, paging));
  }
}

function result(payload?: Element): IqAnswer {
  return { kind: "result", payload };
}

function error(condition: string): IqAnswer {
  return { kind: "error", condition };
}

function errorElement(condition: string): Element {
  return xml("error", { type: "wait" }, xml(condition, { xmlns: NS.stanzas }));
}
