/** Plays in rooms: actions of users and programs, and what each of them receives. An action ends when its effects are routed. */
import type { Element } from "../../../component/xml/builder.js";
import { quote } from "../../../component/xml/serialise.js";
import { crone, hag } from "./people.js";
import { ComponentInMemory, type PlayOptions } from "./component-in-memory.js";
import { DOMAIN, fieldsOf, isCapabilitiesAlone, read, lineOf } from "./stanza-lines.js";

export { crone, CRONE, hag, HAG, stranger, WICCA, wiccarocks } from "./people.js";
export { DOMAIN, errorOf, idOf, item, outcomeOf, read, lineOf } from "./stanza-lines.js";
export type { PlayOptions } from "./component-in-memory.js";
export const ROOM = `coven@${DOMAIN}`;

/** The clocks, and the real time by each. */
const CLOCKS = [Date, performance].map((clock) => ({ clock, now: clock.now.bind(clock) }));

export class Play extends ComponentInMemory {
  /** How many stanzas of each receiver the play has looked at. */
  readonly #seen = new Map<string, number>();

  /** How many stanzas to anybody the play has looked at. */
  #seenOfAll = 0;

  override begins(options: PlayOptions = {}): Promise<void> {
    this.#seen.clear();
    this.#seenOfAll = 0;
    return super.begins(options);
  }

  /** Sends a stanza: XML without `from`. */
  async sends(from: string, stanza: string | Element): Promise<void> {
    const element = typeof stanza === "string" ? read(stanza) : stanza;
    element.attrs.from = from;
    await this.route(element);
  }

  /** Sends a request to the room or another address. @returns the IQ's answer */
  async asks(from: string, type: "get" | "set", payload: string, to: string = ROOM): Promise<Element> {
    const id = `ask-${Math.random()}`;
    await this.sends(from, `<iq type="${type}" to="${to}" id="${id}">${payload}</iq>`);
    const answer = this.link.written.find((stanza) => stanza.name === "iq" && stanza.attrs.id === id);
    if (answer?.attrs.to !== from) throw new Error(`${from} got no answer`);
    return answer;
  }

  /** Enters under a nickname. */
  goesIn(from: string, nick: string, inside = "", room = ROOM): Promise<void> {
    const x = `<x xmlns="http://jabber.org/protocol/muc">${inside}</x>`;
    return this.sends(from, `<presence to=${quote(`${room}/${nick}`)}>${x}</presence>`);
  }

  /** Enters under a nickname. @returns what the user receives */
  async enters(...[from, nick, inside, room]: Parameters<Play["goesIn"]>): Promise<Element[]> {
    await this.goesIn(from, nick, inside, room);
    return this.hears(from);
  }

  /** Creates a room with `fields` of the form, or an instant room. */
  async roomOf(owner: string, nick: string, fields: Parameters<Play["configures"]>[1] = {}): Promise<void> {
    await this.enters(owner, nick);
    await this.configures(owner, fields);
    this.hears(owner);
  }

  /** Creates hag's room with crone and others inside, and ignores all stanzas until then. */
  async coven(...others: readonly (readonly [session: string, nick: string])[]): Promise<void> {
    const guests = [[crone, "crone"] as const, ...others];
    await this.roomOf(hag, "hag");
    for (const [session, nick] of guests) await this.enters(session, nick);
    for (const who of [hag, ...guests.map(([session]) => session)]) this.hears(who);
  }

  configures(
    owner: string,
    fields: Readonly<Record<string, string | readonly string[]>>,
    room = ROOM,
  ): Promise<Element> {
    const xml = Object.entries(fields).map(([name, value]) => {
      const values = typeof value === "string" ? [value] : value;
      return `<field var="${name}">${values.map((text) => `<value>${text}</value>`).join("")}</field>`;
    });
    const type = `<field var="FORM_TYPE"><value>http://jabber.org/protocol/muc#roomconfig</value></field>`;
    const form = `<x xmlns="jabber:x:data" type="submit">${type}${xml.join("")}</x>`;
    return this.asks(
      owner,
      "set",
      `<query xmlns="http://jabber.org/protocol/muc#owner">${form}</query>`,
      room,
    );
  }

  /** Lets time pass, until the play ends; rooms that were locked too long end. */
  async letsPass(ms: number): Promise<void> {
    for (const { clock } of CLOCKS) {
      const now = clock.now.bind(clock);
      clock.now = () => now() + ms;
    }
    await this.service.housekeeping.endLocked(Date.now());
  }

  /** Lets no time pass by itself, until the play ends. */
  stopsTime(): void {
    for (const { clock } of CLOCKS) {
      const at = clock.now();
      clock.now = () => at;
    }
  }

  /** Ends the play. */
  ends(): void {
    for (const { clock, now } of CLOCKS) clock.now = now;
    this.close();
  }

  leaves(who: string): Promise<void> {
    return this.sends(who, `<presence to="${ROOM}" type="unavailable"/>`);
  }

  says(from: string, text: string, id = "m1", room = ROOM): Promise<void> {
    return this.sends(
      from,
      `<message to="${room}" type="groupchat" id="${id}"><body>${text}</body></message>`,
    );
  }

  /** Sends children of a message to all. */
  posts(from: string, children: string, id?: string): Promise<void> {
    const attribute = id === undefined ? "" : ` id=${quote(id)}`;
    return this.sends(from, `<message to="${ROOM}" type="groupchat"${attribute}>${children}</message>`);
  }

  /** Changes roles or affiliations: `<item/>`s. */
  administers(from: string, items: string): Promise<Element> {
    return this.asks(from, "set", `<query xmlns="http://jabber.org/protocol/muc#admin">${items}</query>`);
  }

  /** Returns the fields of the configuration form, with values in lines. */
  async form(who: string): Promise<Record<string, string>> {
    const answer = await this.asks(who, "get", `<query xmlns="http://jabber.org/protocol/muc#owner"/>`);
    return fieldsOf(answer.getChild("query")?.getChild("x", "jabber:x:data"));
  }

  /** Ignores all stanzas until now. */
  hush(): void {
    for (const to of new Set(this.link.written.map(({ attrs }) => attrs.to ?? ""))) this.hears(to);
    this.sent();
  }

  /** Returns all stanzas but pings that were sent since the last call of this method, or since hush(). */
  sent(): Element[] {
    const all = this.link.withoutPings;
    return all.slice(this.#seenOfAll, (this.#seenOfAll = all.length));
  }

  /** Returns the stanzas that a user received since the last look, without IQs; `news`: without capabilities alone. */
  hears(to: string, which: "news" | "all" = "news"): Element[] {
    const all = this.link.written.filter((stanza) => stanza.attrs.to === to && stanza.name !== "iq");
    const from = this.#seen.get(to) ?? 0;
    this.#seen.set(to, all.length);
    return all.slice(from).filter((stanza) => which === "all" || !isCapabilitiesAlone(stanza));
  }

  /** Whether a user received anything since the last look. */
  hasNews(to: string): boolean {
    const before = this.#seen.get(to) ?? 0;
    const isNews = this.hears(to).length > 0;
    this.#seen.set(to, before);
    return isNews;
  }

  /** Returns the stanzas that a user received since the last look, a line for each. */
  lines(to: string): string[] {
    return this.hears(to).map(lineOf);
  }

  /** Counts rows: `archive`, or with a condition. */
  count(rows: string): unknown {
    return this.db.prepare(`SELECT count(*) FROM ${rows}`).pluck().get();
  }

  /** The pings that were written. */
  get pings(): readonly Element[] {
    return this.link.written.filter((stanza) => stanza.getChild("ping") !== undefined);
  }

  /** Waits until this returns a value. */
  async until<T>(found: () => T | undefined): Promise<T> {
    for (;;) {
      const result = found();
      if (result !== undefined) return result;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
