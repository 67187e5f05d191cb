/**
 * Answers archive queries (XEP-0313, with pages by XEP-0059) from users who may enter the room. Results bypass the
 * outbox, so they may overtake new messages; clients order messages by id.
 */
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import type { Inbound, IqReply } from "../../inbound/router.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { forwarding, withLastChild } from "../../xml/splice.js";
import { asStored, fits, type WireText } from "../../xml/wire-text.js";
import type { RoomContext, RoomScope } from "../context.js";
import { refuseOutsider } from "../discovery/visibility.js";
import { mayKnowAddresses } from "../features/anonymity.js";
import { formElement } from "../wire/data-form.js";
import { MUC } from "../wire/ns.js";
import { pageElement } from "../wire/lists.js";
import { QUERY_FIELDS, parseQuery } from "./query-form.js";
import { range, single, type ArchiveQuestion } from "./range.js";

/** Answers with the form of the supported query fields. */
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
  const delay = xml("delay", { xmlns: NS.delay, stamp: timeOf(id) });
  const result = xml(
    "result",
    { xmlns: MUC.mam, id: String(id), queryid },
    xml("forwarded", NS.forward, delay),
  );
  const isSomebodys = sender !== room.jid.text;
  const real = isOpen && isSomebodys ? xml("x", MUC.user, xml("item", { jid: sender })) : undefined;
  const text = asStored(stanza);
  const envelope = serialise(xml("message", { from: room.jid.text, to: inbound.from.text }, result));
  return forwarding(envelope, real === undefined ? text : withLastChild(text, real));
}

/** Returns a message's time. @param id the stanza-id: microseconds since 1970 */
function timeOf(id: number): string {
  return new Date(Math.floor(id / 1000)).toISOString();
}
