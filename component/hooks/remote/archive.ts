/** Looks in the archive of a room of another service (XEP-0313) which messages it has. */
import { randomUUID } from "node:crypto";
import type { IqRequests } from "../../iq-requests.js";
import type { AccountJid, FullJid } from "../../address.js";
import { MUC } from "../../muc/wire/ns.js";
import { NS, xml, type Element } from "../../xml/builder.js";

/** So many messages are on a page, and so many pages are read. */
const PAGE = { size: 100, most: 100 };
/** The clocks of the two servers may differ by so much; milliseconds. */
const SKEW_MS = 300_000;

export class RoomArchive {
  readonly #requests: Pick<IqRequests, "ask">;
  readonly #bot: FullJid;
  readonly #room: AccountJid;
  readonly #timeout: number;
  #query:
    { readonly id: string; readonly wanted: ReadonlySet<string>; readonly found: Set<string> } | undefined;

  /** @param timeout how long a page is waited for, in milliseconds */
  constructor(requests: Pick<IqRequests, "ask">, bot: FullJid, room: AccountJid, timeout: number) {
    this.#requests = requests;
    this.#bot = bot;
    this.#room = room;
    this.#timeout = timeout;
  }

  /**
   * @param wanted ids of stanzas
   * @param since when the first of them was accepted; milliseconds since 1970
   * @returns those that the archive has; undefined if it didn't answer
   */
  async find(wanted: ReadonlySet<string>, since: number): Promise<ReadonlySet<string> | undefined> {
    const query = { id: randomUUID(), wanted, found: new Set<string>() };
    this.#query = query;
    const start = new Date(since - SKEW_MS).toISOString();
    let after: string | undefined;
    for (let page = 0; page < PAGE.most; page += 1) {
      const answer = await this.#requests.ask({
        ...{ type: "set", to: this.#room, from: this.#bot, timeout: this.#timeout },
        payload: question(query.id, start, after),
      });
      // An archive that refuses to be read is none.
      if (answer.kind === "error") break;
      if (answer.kind !== "result") return undefined;
      const fin = answer.payload;
      after = fin?.getChild("set", MUC.rsm)?.getChildText("last") ?? undefined;
      if (fin?.attrs.complete === "true" || after === undefined || query.found.size === wanted.size) break;
    }
    return query.found;
  }

  /** Takes a message of the archive that was asked for; false for every other stanza. */
  consume(stanza: Element): boolean {
    const result = stanza.getChild("result", MUC.mam);
    if (result === undefined || this.#query === undefined || result.attrs.queryid !== this.#query.id)
      return false;
    const id = result.getChild("forwarded", NS.forward)?.getChild("message")?.attrs.id;
    if (id !== undefined && this.#query.wanted.has(id)) this.#query.found.add(id);
    return true;
  }
}

function question(queryid: string, start: string, after: string | undefined): Element {
  const field = (name: string, value: string, type?: string): Element =>
    xml("field", { var: name, type }, xml("value", {}, value));
  return xml(
    "query",
    { xmlns: MUC.mam, queryid },
    xml(
      "x",
      { xmlns: NS.data, type: "submit" },
      field("FORM_TYPE", MUC.mam, "hidden"),
      field("start", start),
    ),
    xml(
      "set",
      MUC.rsm,
      xml("max", {}, String(PAGE.size)),
      after === undefined ? undefined : xml("after", {}, after),
    ),
  );
}
