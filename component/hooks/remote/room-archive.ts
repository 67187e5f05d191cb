/** Asks the archive (XEP-0313) of another service's room which of a bot's messages the room has received. */
import { randomUUID } from "node:crypto";
import { MUC } from "../../muc/wire/ns.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import type { RoomWire } from "./room-wire.js";

/** How many messages a page of results has, and how many pages are read at most. */
const PAGE_SIZE = 100;
const MAX_PAGES = 100;
/** By how many milliseconds the clocks of two servers may differ. */
const SKEW_MS = 300_000;
/** Errors of the archive after which it is asked again. */
const PASSING = /^(?:resource-constraint|policy-violation|internal-server-error|remote-server-\S+)$/;

export class RoomArchive {
  #query = { id: "", wanted: new Set<string>() as ReadonlySet<string>, found: new Set<string>() };

  constructor(private readonly wire: RoomWire) {}

  /**
   * Returns the wanted message ids that the archive contains; none if there is no archive; undefined if the room
   * doesn't respond, or is too busy.
   * @param since acceptance time of the first of these messages, in milliseconds since 1970
   */
  async find(wanted: ReadonlySet<string>, since: number): Promise<ReadonlySet<string> | undefined> {
    const query = { id: randomUUID(), wanted, found: new Set<string>() };
    this.#query = query;
    const start = new Date(since - SKEW_MS).toISOString();
    let after: string | undefined;
    for (let page = 0; this.wire.features.has(MUC.mam) && page < MAX_PAGES; page += 1) {
      const answer = await this.wire.ask("set", queryElement(query.id, start, after));
      // A room that refuses access to its archive is treated like one without an archive.
      if (answer.kind === "error" && !PASSING.test(answer.condition)) break;
      if (answer.kind !== "result") return undefined;
      const fin = answer.payload;
      after = fin?.getChild("set", MUC.rsm)?.getChildText("last") ?? undefined;
      if (fin?.attrs.complete === "true" || after === undefined || query.found.size === wanted.size) break;
    }
    return query.found;
  }

  /** Consumes a message that is a result of the current query. Returns false for any other stanza. */
  consume(stanza: Element): boolean {
    const { id: queryId, wanted, found } = this.#query;
    const result = stanza.getChild("result", MUC.mam);
    if (result?.attrs.queryid !== queryId) return false;
    const id = result.getChild("forwarded", NS.forward)?.getChild("message")?.attrs.id;
    if (id !== undefined && wanted.has(id)) found.add(id);
    return true;
  }
}

function queryElement(queryid: string, start: string, after: string | undefined): Element {
  const field = (name: string, value: string, type?: string): Element =>
    xml("field", { var: name, type }, xml("value", {}, value));
  const form = [field("FORM_TYPE", MUC.mam, "hidden"), field("start", start)];
  const page = [xml("max", {}, String(PAGE_SIZE)), after === undefined ? undefined : xml("after", {}, after)];
  return xml(
    "query",
    { xmlns: MUC.mam, queryid },
    xml("x", { xmlns: NS.data, type: "submit" }, ...form),
    xml("set", MUC.rsm, ...page),
  );
}
