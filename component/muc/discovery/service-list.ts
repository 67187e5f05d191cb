/** Service discovery of the component's domain: features, contact addresses, list of rooms (XEP-0045 §6.2–6.3). */
import type { Steps } from "../../../storage/rooms-archive-reads.js";
import type { ListedRoom } from "../../../storage/rooms-store.js";
import { Jid } from "../../addresses/address.js";
import type { RoomsConfig } from "../../config.js";
import type { Inbound } from "../../inbound/router.js";
import { StanzaError } from "../../inbound/stanza-error.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import type { RoomContext } from "../context.js";
import { readOptions } from "../options/room-options.js";
import { roomJid } from "../rooms.js";
import { MUC } from "../wire/ns.js";
import { fittingItems, pageElement, parsePage, type ListItem, type PageRequest } from "../wire/lists.js";
import { formElement } from "../wire/data-form.js";

/** Returns what disco#info contains besides the handlers' features, with contact addresses (XEP-0157). */
export function declaredBy({ contact }: Pick<RoomsConfig, "contact">): {
  features: string[];
  forms: Element[];
} {
  const fields = Object.entries(contact)
    .filter(([, links]) => links.length > 0)
    .map(([kind, values]) => ({ name: `${kind}-addresses`, type: "list-multi" as const, values }));
  const features = [MUC.muc, MUC.stableId, MUC.occupantId, MUC.activity];
  const type = "http://jabber.org/network/serverinfo";
  return { features, forms: fields.length === 0 ? [] : [formElement("result", type, fields)] };
}

const PAGE = 1000;

/**
 * Returns the public rooms, ordered by localpart: a page (XEP-0059) if requested or if they don't fit into one reply.
 * @throws StanzaError bad-request if the requested page is malformed
 */
export async function discoItemsOfRooms(context: RoomContext, inbound: Inbound<"service">): Promise<Element> {
  const { payload } = inbound;
  const page = parsePage(payload);
  if (page === undefined || (page.after !== undefined && page.before !== undefined)) {
    throw new StanzaError("modify", "bad-request");
  }
  const { stores, stanzaBytes, reading } = context;
  const entries = await reading.metered("list of rooms", inbound, entriesOf(context, roomsOf(context, page)));
  const isBackwards = page.before !== undefined;
  const items = fittingItems(entries, stanzaBytes, isBackwards);
  const given = isBackwards ? entries.slice(entries.length - items.length) : entries.slice(0, items.length);
  const count = stores.rooms.countListed();
  const isPart = payload.getChild("set", MUC.rsm) !== undefined || count > items.length;
  const ids = given.map(({ id }) => id);
  return xml("query", NS.discoItems, ...items, isPart ? pageElement(ids, count) : undefined);
}

function roomsOf({ stores }: RoomContext, { max, after, before }: PageRequest): ListedRoom[] {
  const size = Math.min(max ?? PAGE, PAGE);
  if (size === 0) return [];
  const name = (text: string): string => Jid.parse(text)?.local ?? "";
  if (before === undefined) return stores.rooms.listedAfter(after === undefined ? "" : name(after), size);
  return stores.rooms.listedBefore(before === "" ? undefined : name(before), size);
}

/** Yields steps. An entry's name ends with the number of occupants, as ejabberd's does, which clients show. */
function* entriesOf(
  { config, domain, stores }: RoomContext,
  rooms: readonly ListedRoom[],
): Steps<ListItem[]> {
  const entries: ListItem[] = [];
  for (const { id, name, options } of rooms) {
    const jid = roomJid(name, domain)?.text;
    const title = readOptions(options, config).name;
    const shown = `${title === "" ? name : title} (${stores.rooms.countOccupants(id)})`;
    if (jid !== undefined) entries.push({ id: jid, item: xml("item", { jid, name: shown }) });
    yield 0;
  }
  return entries;
}
