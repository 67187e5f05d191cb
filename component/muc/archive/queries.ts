/**
 * Answers archive queries (XEP-0313, with pages by XEP-0059) from users who may enter the room. Results bypass the
 * outbox, so they may overtake new messages; clients order messages by id.
 */
import { wordsOf } from "../../../storage/text-search.js";
import { parseStanzaId } from "../room/stable-ids.js";
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import type { IqReply } from "../../inbound/iq-reply.js";
import type { Inbound } from "../../inbound/router.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { forwarding, withLastChild } from "../../xml/splice.js";
import { asStored, fits, type WireText } from "../../xml/wire-text.js";
import type { RoomContext, RoomScope } from "../context.js";
import { refuseOutsider } from "../discovery/room-info.js";
import { mayKnowAddresses } from "../features/anonymity.js";
import { formElement, formIn, parseForm, type FormField, type Submitted } from "../wire/data-form.js";
import { MUC } from "../wire/ns.js";
import { pageElement, parsePage } from "../wire/lists.js";
import type { ArchiveFilter } from "../../../storage/rooms-archive-reads.js";
import { Jid } from "../../addresses/address.js";
import { StanzaError } from "../../inbound/stanza-error.js";
import type { Room } from "../room/room.js";
import { roomError } from "../wire/replies.js";

const FULLTEXT = `{${MUC.fulltext}}fulltext`;
/** The form field for full-text search in ejabberd. */
const OLD_FULLTEXT = "withtext";

const QUERY_FIELDS: readonly FormField[] = [
  { name: "with", type: "jid-single", values: [] },
  { name: "start", type: "text-single", values: [] },
  { name: "end", type: "text-single", values: [] },
  { name: "before-id", type: "text-single", values: [] },
  { name: "after-id", type: "text-single", values: [] },
  { name: FULLTEXT, type: "text-single", label: "Words in the text", values: [] },
  { name: "ids", type: "list-multi", values: [], isOpen: true },
];

const KNOWN: ReadonlySet<string> = new Set([...QUERY_FIELDS.map(({ name }) => name), OLD_FULLTEXT]);
/** The limit for the query's id, in characters. Every result repeats the id. */
const MAX_QUERY_ID = 256;
const MAX_IDS = 100;
const MAX_TEXT = 256;
const MAX_WORDS = 10;

const PAGE = 50;
const MAX_PAGE = 250;
/** The maximum page size, in bytes. A page that would be longer has fewer messages than requested. */
const MAX_BYTES = 1024 * 1024;

export function showQueryForm(): IqReply {
  return xml("query", MUC.mam, formElement("form", MUC.mam, QUERY_FIELDS));
}

/** Answers a query. @throws StanzaError, such as forbidden if the sender may not read, or item-not-found */
export async function queryArchive(context: RoomContext, inbound: Inbound<"room">): Promise<IqReply> {
  const { from, to, payload } = inbound;
  const room = context.rooms.get(to.jid);
  refuseOutsider(room, from);
  const query = parseQuery(room.jid, payload);
  context.rooms.settle(room);
  const reader = { context, room, inbound };
  const page = await (query.ids === undefined ? range(reader, query) : single(reader, query.ids));
  const isOpen = mayKnowAddresses(room, from);
  const results = page.messages
    .map((message) => resultOf(reader, message, isOpen))
    .filter((result) => fits(result, context.stanzaBytes));
  await context.reading.write(inbound, query.flipped ? results.reverse() : results);
  const ids = page.messages.map(({ id }) => String(id));
  const complete = page.complete ? "true" : undefined;
  return xml("fin", { xmlns: MUC.mam, complete }, pageElement(ids, page.count, page.index));
}

/** Answers with the ids and times of the first and last archived message (XEP-0313 §4.1). */
export function archiveMetadata({ context, room }: RoomScope, { from }: Inbound<"room">): IqReply {
  refuseOutsider(room, from);
  context.rooms.settle(room);
  const [first, last] = context.stores.archive.ends(room.id);
  const end = (name: string, id: number | undefined): Element | undefined =>
    id === undefined ? undefined : xml(name, { id: String(id), timestamp: timeOf(id) });
  return xml("metadata", MUC.mam, end("start", first), end("end", last));
}

/** Returns the stanza that forwards a stored message. @param isOpen whether the reader sees real addresses */
function resultOf({ room, inbound }: ArchiveQuestion, message: StoredMessage, isOpen: boolean): WireText {
  const { id, sender, stanza } = message;
  const { queryid } = inbound.payload.attrs;
  const forwarded = xml("forwarded", NS.forward, xml("delay", { xmlns: NS.delay, stamp: timeOf(id) }));
  const result = xml("result", { xmlns: MUC.mam, id: String(id), queryid }, forwarded);
  const isSomebodys = sender !== room.jid.text;
  const real = isOpen && isSomebodys ? xml("x", MUC.user, xml("item", { jid: sender })) : undefined;
  const text = asStored(stanza);
  const envelope = serialise(xml("message", { from: room.jid.text, to: inbound.from.text }, result));
  return forwarding(envelope, real === undefined ? text : withLastChild(text, real));
}

/** @param id the stanza-id: microseconds since 1970 */
function timeOf(id: number): string {
  return new Date(Math.floor(id / 1000)).toISOString();
}

interface ArchiveQuestion {
  readonly context: RoomContext;
  readonly room: Room;
  readonly inbound: Inbound<"room">;
}

/** Finds messages by id, the oldest first. @throws StanzaError item-not-found; policy-violation if they are too long */
async function single(
  { context: { reading, stores }, room, inbound }: ArchiveQuestion,
  ids: readonly string[],
) {
  const reads = stores.reads.some(room.id, ids.map(Number), MAX_BYTES);
  const messages = await reading.metered("archive page", inbound, reads);
  if (messages === "missing") throw unknownId(room);
  if (messages === "long") {
    const long = "These messages are too long for one reply. Request fewer.";
    throw room.error("policy-violation", long);
  }
  return { messages, complete: true, count: messages.length, index: 0 };
}

/**
 * Finds a page of the messages that match a query. `complete`: whether no further messages match; `count`: how many match,
 * undefined if they weren't counted; `index`: the first message's place among them.
 * @throws StanzaError item-not-found for unknown ids, forbidden if the sender may not search by real addresses
 */
async function range(question: ArchiveQuestion, query: ReturnType<typeof parseQuery>) {
  const { context, room, inbound } = question;
  const { reading, stores } = context;
  const { page, bounds, words } = query;
  const isSearch = words.length > 0;
  const base = { ...query.filter, ...concerning(room, inbound.from, query.with) };
  const within = narrowed(question, base, bounds.after, bounds.before);
  const filter = narrowed(question, within, page.after, page.before === "" ? undefined : page.before);
  // Results of a full-text search aren't counted, because counting would read all of them.
  const countOf = (some: ArchiveFilter): Promise<number | undefined> | undefined =>
    isSearch ? undefined : reading.metered("archive count", inbound, stores.reads.count(room.id, some));
  const count = await countOf(within);
  const size = { messages: Math.min(page.max ?? PAGE, MAX_PAGE), bytes: MAX_BYTES };
  if (size.messages === 0) return { messages: [], complete: count === 0, count, index: undefined };
  const end = page.before === undefined ? "first" : "last";
  const reads = stores.reads.page(room.id, { ...filter, words }, size, end);
  const { messages, more } = await reading.metered(
    isSearch ? "archive search" : "archive page",
    inbound,
    reads,
  );
  const [first] = messages;
  const before = first && between(within, 0, first.id);
  const index = before && (count === messages.length ? 0 : await countOf(before));
  return { messages, complete: !more, count, index };
}

/**
 * Returns the filter for messages of `jid`. Without `jid`, or if `jid` is the room itself, nothing is filtered.
 * @throws StanzaError forbidden for a real address that the reader may not know
 */
function concerning(room: Room, from: Jid, jid: Jid | undefined): ArchiveFilter {
  if (jid === undefined || jid.text === room.jid.text) return {};
  if (jid.bare.text === room.jid.text) return { nick: jid.resource ?? "" };
  if (mayKnowAddresses(room, from) || jid.bare.text === from.bare.text) return { sender: jid.bare.text };
  throw room.error("forbidden", "You may not search by real addresses in this room.");
}

/** Restricts a filter to messages between two ids, if they are given. @throws StanzaError item-not-found */
function narrowed(
  { context, room }: ArchiveQuestion,
  filter: ArchiveFilter,
  after?: string,
  before?: string,
): ArchiveFilter {
  const numberOf = (text: string): number => {
    const { number, kept } = parseStanzaId(text) ?? { number: NaN, kept: true };
    if (kept && !context.stores.archive.has(room.id, number)) throw unknownId(room);
    return number;
  };
  return between(
    filter,
    after === undefined ? 0 : numberOf(after),
    before === undefined ? Number.MAX_SAFE_INTEGER : numberOf(before),
  );
}

function between(filter: ArchiveFilter, after: number, before: number): ArchiveFilter {
  const { after: least = after, before: most = before } = filter;
  return { ...filter, after: Math.max(after, least), before: Math.min(before, most) };
}

function unknownId(room: Room): StanzaError {
  return room.error("item-not-found", "There is no such message in this archive.");
}

/** Parses a query of a room's archive (XEP-0313 §4). @throws StanzaError if it is refused */
function parseQuery(room: Jid, payload: Element) {
  const malformed = roomError(room, "bad-request", "This archive query is malformed.");
  const form = formIn(payload);
  const submitted = form && parseForm(form, MUC.mam);
  const page = parsePage(payload);
  if ((payload.attrs.queryid ?? "").length > MAX_QUERY_ID) throw malformed;
  if (page === undefined || (form !== undefined && submitted?.type !== "submit")) throw malformed;
  const fields = submitted?.fields ?? new Map<string, readonly string[]>();
  if ([...fields.keys()].some((name) => !KNOWN.has(name))) {
    const unknown = "The query has a field that this archive doesn't support.";
    throw roomError(room, "feature-not-implemented", unknown);
  }
  const start = timeIn(fields.get("start"));
  const end = timeIn(fields.get("end"));
  const address = fields.get("with")?.[0];
  const jid = address === undefined ? undefined : Jid.parse(address);
  const ids = fields.get("ids");
  if (Number.isNaN(start) || Number.isNaN(end) || (address !== undefined && jid === undefined))
    throw malformed;
  if (ids !== undefined && (ids.length === 0 || ids.length > MAX_IDS)) throw malformed;
  const words = wordsIn(fields);
  if (words === undefined)
    throw roomError(room, "bad-request", `${FULLTEXT}: too many words, or too long a text.`);
  return {
    /** The requested period. */
    filter: {
      after: start === undefined ? 0 : start * 1000 - 1,
      before: end === undefined ? Number.MAX_SAFE_INTEGER : end * 1000 + 1000,
    },
    /** The requested messages' ids; undefined if the query is for a range. */
    ids,
    /** The results lie between these ids. The query fails if one of them isn't in the archive. */
    bounds: { after: fields.get("after-id")?.[0], before: fields.get("before-id")?.[0] },
    /** The sender's address in the room or real address; undefined for all senders. */
    with: jid,
    words,
    page,
    /** Whether the page is sent newest first. */
    flipped: payload.getChild("flip-page") !== undefined,
  };
}

/** Returns the words to search for; undefined if they are too many or too long. */
function wordsIn(fields: Submitted["fields"]): string[] | undefined {
  const texts = [...(fields.get(FULLTEXT) ?? []), ...(fields.get(OLD_FULLTEXT) ?? [])];
  const text = texts.join(" ");
  const words = text.length > MAX_TEXT ? [] : wordsOf(text);
  return text.length > MAX_TEXT || words.length > MAX_WORDS ? undefined : words;
}

/** Parses a time of the form. @returns milliseconds since 1970; NaN if the text isn't a time */
function timeIn(values: readonly string[] | undefined): number | undefined {
  return values === undefined ? undefined : Date.parse(values[0] ?? "");
}
