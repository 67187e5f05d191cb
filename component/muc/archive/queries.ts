/**
 * Reading a room's archive (XEP-0313, with XEP-0059): what was said, for those who may enter. A page goes straight to
 * its reader; its order to what is said meanwhile doesn't matter, as each message has its id.
 */
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import type { Inbound, IqReply } from "../../router.js";
import { mapInSlices } from "../../time-slice.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";
import { serialise } from "../../xml/serialise.js";
import { fits, inOneWrite } from "../../xml/wire-text.js";
import type { RoomContext, RoomScope } from "../context.js";
import { refuseOutsider } from "../discovery/visibility.js";
import { mayKnowAddresses } from "../features/anonymity.js";
import { formElement } from "../wire/data-form.js";
import { roomError } from "../wire/errors.js";
import { MUC } from "../wire/ns.js";
import { pageElement } from "../wire/result-set.js";
import { FULLTEXT, QUERY_FIELDS, readQuery } from "./query-form.js";
import { range, single, type ArchiveReader } from "./range.js";

const NOTHING = inOneWrite([]);

/** The form that a query may fill in. */
export function showQueryForm(): IqReply {
  return xml("query", MUC.mam, formElement("form", MUC.mam, QUERY_FIELDS));
}

/** @throws StanzaError forbidden for those who may not enter, item-not-found for ids that are none */
export async function queryArchive(context: RoomContext, inbound: Inbound<"room">): Promise<IqReply> {
  const { from, to, payload } = inbound;
  const room = context.rooms.get(to.jid);
  refuseOutsider(room, from);
  const query = readQuery(payload);
  if (query === "bad-request") throw roomError(room.jid, "modify", query, "This is no query of an archive.");
  if (query === "feature-not-implemented") {
    const unknown = "One of the fields is none that archives here are searched by.";
    throw roomError(room.jid, "cancel", query, unknown);
  }
  if (query === "long-text") {
    const long = `${FULLTEXT}: these are too many words, or too long ones.`;
    throw roomError(room.jid, "modify", "bad-request", long);
  }
  context.rooms.settle(room);
  const reader = { context, room, inbound };
  const page = query.ids === undefined ? await range(reader, query) : single(reader, query.ids);
  const isOpen = mayKnowAddresses(room, from);
  const results = await mapInSlices(page.messages, (message) => {
    const element = resultOf(reader, message, isOpen);
    const text = element === undefined ? NOTHING : serialise(element);
    return fits(text, context.stanzaBytes) ? text : NOTHING;
  });
  context.reading.write(inbound, inOneWrite(query.flipped ? results.reverse() : results));
  const ids = page.messages.map(({ id }) => String(id));
  const complete = page.complete ? "true" : undefined;
  return xml("fin", { xmlns: MUC.mam, complete }, pageElement(ids, page.count, page.index));
}

/** The first and the last message there is. */
export function archiveMetadata({ context, room }: RoomScope, { from }: Inbound<"room">): IqReply {
  refuseOutsider(room, from);
  context.rooms.settle(room);
  const { archive } = context.stores;
  const one = { messages: 1, chars: 0 };
  const [first] = archive.page(room.id, {}, one, "first").messages;
  const [last] = archive.page(room.id, {}, one, "last").messages;
  const end = (name: string, message: StoredMessage | undefined): Element | undefined =>
    message && xml(name, { id: String(message.id), timestamp: timeOf(message) });
  return xml("metadata", MUC.mam, end("start", first), end("end", last));
}

/** @param isOpen whether the reader sees real addresses */
function resultOf(
  { room, inbound }: ArchiveReader,
  message: StoredMessage,
  isOpen: boolean,
): Element | undefined {
  const { queryid } = inbound.payload.attrs;
  const original = parseXml(message.stanza);
  // Damaged on the disk; the rest of the page can still be read.
  if (original instanceof XmlFault) return undefined;
  const isSomebodys = message.sender !== room.jid.text;
  const real = isOpen && isSomebodys ? xml("x", MUC.user, xml("item", { jid: message.sender })) : undefined;
  const forwarded = xml("message", { ...original.attrs, xmlns: NS.client }, ...original.children, real);
  return xml(
    "message",
    { from: room.jid.text, to: inbound.from.text },
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
