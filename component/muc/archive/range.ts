/** Finds the messages that an archive query requests (XEP-0313 §4). */
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import type { ArchiveFilter } from "../../../storage/rooms-archive-reads.js";
import type { Jid } from "../../addresses/address.js";
import type { Inbound } from "../../inbound/router.js";
import { StanzaError } from "../../inbound/stanza-error.js";
import type { RoomContext } from "../context.js";
import { mayKnowAddresses } from "../features/anonymity.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/replies.js";
import type { ArchiveQuery } from "./query-form.js";

/** The page size, in messages, if the query sets none. */
const PAGE = 50;
/** The maximum page size, in messages. */
const MAX_PAGE = 250;
/** The maximum page size, in bytes. A page that would be longer has fewer messages than requested. */
const MAX_BYTES = 1024 * 1024;

/** The messages that a query found. */
export interface ArchivePage {
  readonly messages: readonly StoredMessage[];
  /** Whether no further messages match the query. */
  readonly complete: boolean;
  /** How many messages match the query; undefined if they weren't counted. */
  readonly count: number | undefined;
  /** How many matching messages precede the page; undefined if they weren't counted. */
  readonly index: number | undefined;
}

/** A query's stanza and room. */
export interface ArchiveQuestion {
  readonly context: RoomContext;
  readonly room: RoomView;
  readonly inbound: Inbound<"room">;
}

/**
 * Finds messages by id, oldest first.
 * @throws StanzaError item-not-found, or policy-violation if the messages are too long for one reply
 */
export async function single(
  { context, room, inbound }: ArchiveQuestion,
  ids: readonly string[],
): Promise<ArchivePage> {
  const messages = await context.archive.some(inbound, room.id, ids.map(Number), MAX_BYTES);
  if (messages === "missing") throw unknownId(room);
  if (messages === "long") {
    const long = "These messages are too long for one reply. Request fewer.";
    throw roomError(room.jid, "policy-violation", long);
  }
  return { messages, complete: true, count: messages.length, index: 0 };
}

/**
 * Finds a page of the messages that match a query.
 * @throws StanzaError item-not-found for unknown ids, forbidden if the sender may not search by real addresses
 */
export async function range(reader: ArchiveQuestion, query: ArchiveQuery): Promise<ArchivePage> {
  const {
    context: { archive },
    room,
    inbound,
  } = reader;
  const { page, bounds, words } = query;
  const base: ArchiveFilter = { ...query.filter, ...concerning(room, inbound.from, query.with) };
  const within = narrowed(reader, base, bounds.after, bounds.before);
  const filter = narrowed(reader, within, page.after, page.before === "" ? undefined : page.before);
  const size = Math.min(page.max ?? PAGE, MAX_PAGE);
  // Results of a full-text search aren't counted, because counting would read all of them.
  const countOf = (some: ArchiveFilter): Promise<number | undefined> | undefined =>
    words.length > 0 ? undefined : archive.count(inbound, room.id, some);
  const count = await countOf(within);
  if (size === 0) return { messages: [], complete: count === 0, count, index: undefined };
  const found = words.length > 0 ? { ...filter, words } : filter;
  const { messages, more } = await archive.page(inbound, room.id, found, {
    size: { messages: size, bytes: MAX_BYTES },
    end: page.before === undefined ? "first" : "last",
  });
  const [first] = messages;
  const before = first && narrower(within, undefined, first.id);
  const index = before && (count === messages.length ? 0 : await countOf(before));
  return { messages, complete: !more, count, index };
}

/**
 * Returns the filter for messages of `jid`. Without `jid`, or if `jid` is the room itself, nothing is filtered.
 * @throws StanzaError forbidden for a real address that the reader may not know
 */
function concerning(room: RoomView, from: Jid, jid: Jid | undefined): ArchiveFilter {
  if (jid === undefined || jid.text === room.jid.text) return {};
  if (jid.bare.text === room.jid.text) return { nick: jid.resource ?? "" };
  if (mayKnowAddresses(room, from) || jid.bare.text === from.bare.text) return { sender: jid.bare.text };
  throw roomError(room.jid, "forbidden", "You may not search by real addresses in this room.");
}

/** Restricts a filter to messages between two ids. @throws StanzaError item-not-found */
function narrowed(
  { context, room }: ArchiveQuestion,
  filter: ArchiveFilter,
  after?: string,
  before?: string,
): ArchiveFilter {
  const place = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const [, id, isPlace] = /^(\d{1,16})(e?)$/.exec(text) ?? [];
    const isKnown = isPlace === "e" || context.stores.archive.has(room.id, Number(id));
    if (id === undefined || !isKnown) throw unknownId(room);
    return Number(id);
  };
  return narrower(filter, place(after), place(before));
}

/** Restricts a filter to messages between two ids, which are known to exist. */
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

function unknownId(room: RoomView): StanzaError {
  return roomError(room.jid, "item-not-found", "There is no such message in this archive.");
}
