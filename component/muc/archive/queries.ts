/**
 * A room's archive (XEP-0313, with XEP-0059): what was said, for those who may enter. A page goes straight to its
 * reader; its order to what is said meanwhile doesn't matter, as each message has its id.
 */
import type { ArchiveFilter, StoredMessage } from "../../../storage/rooms-archive.js";
import { Jid } from "../../address.js";
import { withPresentMirror } from "../../composing/legacy-mirror.js";
import { mapInSlices } from "../../time-slice.js";
import type { Inbound, IqReply } from "../../router.js";
import { StanzaError } from "../../stanza-error.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";
import { serialise } from "../../xml/serialise.js";
import { asStored, fits, inOneWrite } from "../../xml/wire-text.js";
import { isAtLeast } from "../room/affiliation.js";
import { lookFor } from "./pages.js";
import { QUERY_FIELDS, readQuery, type ArchiveQuery } from "./query-form.js";
import type { RoomContext } from "../context.js";
import { formElement } from "../wire/data-form.js";
import { roomError } from "../wire/errors.js";
import { seesAddresses } from "../wire/fan-out.js";
import type { Feature } from "../features/feature.js";
import { booleanField } from "../features/fields.js";
import { refuseOutsider } from "../discovery/visibility.js";
import { MUC } from "../wire/ns.js";
import { pageElement } from "../wire/result-set.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

const NOTHING = inOneWrite([]);
const PAGE = 50;
const MAX_PAGE = 250;
/** A page ends early rather than being longer than this, in characters. */
const MAX_CHARS = 1024 * 1024;
/** What looking through a stretch of a long archive costs, as bytes read. */
const STRETCH = 64 * 1024;

interface Page {
  readonly messages: readonly StoredMessage[];
  readonly complete: boolean;
  readonly count: number | undefined;
  readonly index: number | undefined;
}

/** The form that a query may fill in. */
export function showQueryForm(context: RoomContext, _turn: Transaction, { to }: Inbound<"room">): IqReply {
  context.rooms.get(to.jid);
  return xml("query", MUC.mam, formElement("form", MUC.mam, QUERY_FIELDS));
}

/** @throws StanzaError forbidden for those who may not enter, item-not-found for ids that are none */
export async function queryArchive(context: RoomContext, inbound: Inbound<"room">): Promise<IqReply> {
  const { from, to, payload } = inbound;
  const room = readableRoom(context, to.jid, from);
  const query = readQuery(payload);
  if (query === "bad-request") throw roomError(room.jid, "modify", query, "This is no query of an archive.");
  if (query === "feature-not-implemented")
    throw roomError(
      room.jid,
      "cancel",
      query,
      "One of the fields is none that archives here are searched by.",
    );
  context.rooms.settle(room);
  const isRange = query.ids === undefined;
  const page = isRange ? await range(context, room, inbound, query) : single(context, room, query.ids);
  const isOpen = mayKnow(room, from);
  const queryid = payload.attrs.queryid;
  const results = await mapInSlices(page.messages, (message) => {
    const element = result(room, from, message, queryid, isOpen);
    const text = element === undefined ? NOTHING : serialise(element);
    return fits(text, context.stanzaBytes) ? text : NOTHING;
  });
  context.reading.write(inbound, inOneWrite(query.flipped ? results.reverse() : results));
  const ids = page.messages.map(({ id }) => String(id));
  const complete = page.complete ? "true" : undefined;
  return xml("fin", { xmlns: MUC.mam, complete }, pageElement(ids, page.count, page.index));
}

/** The first and the last message there is. */
export function archiveMetadata(
  context: RoomContext,
  _turn: Transaction,
  { from, to }: Inbound<"room">,
): IqReply {
  const room = readableRoom(context, to.jid, from);
  context.rooms.settle(room);
  const { archive } = context.rooms.stores;
  const one = { messages: 1, chars: 0 };
  const [first] = archive.page(room.id, {}, one, "first").messages;
  const [last] = archive.page(room.id, {}, one, "last").messages;
  const end = (name: string, message: StoredMessage | undefined): Element | undefined =>
    message && xml(name, { id: String(message.id), timestamp: timeOf(message) });
  return xml("metadata", MUC.mam, end("start", first), end("end", last));
}

export const archive: Feature = {
  fields: () => [
    booleanField("archive", "muc#roomconfig_enablearchiving", "What is said is kept in the archive", [
      "muc#roomconfig_mam",
      "mam",
    ]),
  ],
  discoFeatures: ({ options }) => (options.archive ? [MUC.mam, `${MUC.mam}#extended`] : []),
};

function readableRoom(context: RoomContext, jid: Inbound<"room">["to"]["jid"], from: Jid): Room {
  const room = context.rooms.get(jid);
  refuseOutsider(room, from);
  return room;
}

/** Whether somebody sees real addresses now. */
function mayKnow(room: Room, from: Jid): boolean {
  const [occupant] = room.occupantsOf(from.bare);
  const isAdmin = isAtLeast(room.affiliationOf(from), "admin");
  return isAdmin || seesAddresses(room, occupant?.role ?? "none");
}

/** These messages, in the order in which they were said. */
function single(context: RoomContext, room: Room, ids: readonly string[]): Page {
  const messages = [...new Set(ids)].map((id) => {
    const message = context.rooms.stores.archive.find(room.id, Number(id));
    if (message === undefined) throw unknownId(room);
    return message;
  });
  if (messages.reduce((sum, { stanza }) => sum + stanza.length, 0) > MAX_CHARS)
    throw roomError(
      room.jid,
      "modify",
      "policy-violation",
      "These messages are too long together: ask for fewer.",
    );
  messages.sort((one, other) => one.id - other.id);
  return { messages, complete: true, count: messages.length, index: 0 };
}

async function range(
  context: RoomContext,
  room: Room,
  inbound: Inbound<"room">,
  query: ArchiveQuery,
): Promise<Page> {
  const { from } = inbound;
  const { archive } = context.rooms.stores;
  const { page, bounds } = query;
  const base: ArchiveFilter = { ...query.filter, ...concerning(room, from, query.with) };
  const within = narrowed(context, room, base, bounds.after, bounds.before);
  const filter = narrowed(context, room, within, page.after, page.before === "" ? undefined : page.before);
  const size = Math.min(page.max ?? PAGE, MAX_PAGE);
  const count = archive.count(room.id, within);
  if (size === 0) return { messages: [], complete: count === 0, count, index: undefined };
  const { messages, more } = await lookFor(archive, room.id, filter, {
    most: { messages: size, chars: MAX_CHARS },
    end: page.before === undefined ? "first" : "last",
    onStretch: () => context.reading.charge(inbound, STRETCH),
  });
  const [first] = messages;
  const before = first && narrower(within, undefined, first.id);
  const index = before && (count === messages.length ? 0 : archive.count(room.id, before));
  return { messages, complete: !more, count, index };
}

/** Only what an occupant said, or a real address where the reader may know it. */
function concerning(room: Room, from: Jid, jid: Jid | undefined): ArchiveFilter {
  if (jid === undefined || jid.text === room.jid.text) return {};
  if (jid.bare.text === room.jid.text) return { nick: jid.resource ?? "" };
  if (mayKnow(room, from) || jid.bare.text === from.bare.text) return { sender: jid.bare.text };
  throw roomError(room.jid, "auth", "forbidden", "You may not ask for real addresses here.");
}

/** @throws StanzaError item-not-found for ids that aren't in the archive */
function narrowed(
  context: RoomContext,
  room: Room,
  filter: ArchiveFilter,
  after?: string,
  before?: string,
): ArchiveFilter {
  const place = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const [, id, isPlace] = /^(\d{1,16})(e?)$/.exec(text) ?? [];
    const isKnown = isPlace === "e" || context.rooms.stores.archive.has(room.id, Number(id));
    if (id === undefined || !isKnown) throw unknownId(room);
    return Number(id);
  };
  return narrower(filter, place(after), place(before));
}

function narrower(
  filter: ArchiveFilter,
  after: number | undefined,
  before: number | undefined,
): ArchiveFilter {
  return {
    ...filter,
    ...(after !== undefined && { after: Math.max(after, filter.after ?? 0) }),
    ...(before !== undefined && { before: Math.min(before, filter.before ?? Infinity) }),
  };
}

function result(
  room: Room,
  to: Jid,
  message: StoredMessage,
  queryid: string | undefined,
  isOpen: boolean,
): Element | undefined {
  const original = parseXml(withPresentMirror(asStored(message.stanza)));
  // Another version wrote it, perhaps; the rest of the page is still to be had.
  if (original instanceof XmlFault) return undefined;
  const isSomebodys = message.sender !== room.jid.text;
  const real = isOpen && isSomebodys ? xml("x", MUC.user, xml("item", { jid: message.sender })) : undefined;
  const forwarded = xml("message", { ...original.attrs, xmlns: NS.client }, ...original.children, real);
  return xml(
    "message",
    { from: room.jid.text, to: to.text },
    xml(
      "result",
      { xmlns: MUC.mam, id: String(message.id), queryid },
      xml("forwarded", NS.forward, xml("delay", { xmlns: NS.delay, stamp: timeOf(message) }), forwarded),
    ),
  );
}

function timeOf({ id }: StoredMessage): string {
  return new Date(Math.floor(id / 1000)).toISOString();
}

function unknownId(room: Room): StanzaError {
  return roomError(room.jid, "cancel", "item-not-found", "There is no such message in this archive.");
}
