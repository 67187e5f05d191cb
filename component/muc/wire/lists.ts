/** Lists in replies, complete or in pages (result set management, XEP-0059). */
import { StanzaError } from "../../inbound/stanza-error.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { MUC } from "./ns.js";
import { textElement } from "./text.js";

export interface ListItem {
  /** The entry's id, which a request for the next page names. */
  readonly id: string;
  readonly item: Element;
}

const PAGE = 1000;
/** How many bytes of a reply are reserved for everything but the items. */
const AROUND = 16 * 1024;

/**
 * Returns the items of a list for a reply, and <set/> if the request asks for a page (XEP-0059).
 * @param payload the request's payload
 * @param stanzaBytes the limit for one stanza
 * @throws StanzaError policy-violation if the list doesn't fit and no page was requested, item-not-found if the page
 * continues from an unknown id, bad-request if the requested page is malformed
 */
export function listed(payload: Element, all: readonly ListItem[], stanzaBytes: number): Element[] {
  if (payload.getChild("set", MUC.rsm) === undefined) {
    const items = fittingItems(all, stanzaBytes);
    if (items.length === all.length) return items;
    throw new StanzaError(
      "modify",
      "policy-violation",
      `This list has ${all.length} entries, too many for one reply. Request it in pages (XEP-0059).`,
    );
  }
  const page = parsePage(payload);
  if (page === undefined) throw new StanzaError("modify", "bad-request");
  const { after, before } = page;
  const place = (id: string): number => {
    const at = all.findIndex((one) => one.id === id);
    if (at < 0) throw new StanzaError("cancel", "item-not-found");
    return at;
  };
  const first = after === undefined ? 0 : place(after) + 1;
  const end = before === undefined || before === "" ? all.length : place(before);
  const size = Math.min(page.max ?? PAGE, PAGE);
  const within = all.slice(first, end);
  const isBackwards = before !== undefined;
  const wanted = isBackwards ? within.slice(-size || within.length) : within.slice(0, size);
  const items = fittingItems(wanted, stanzaBytes, isBackwards);
  const from = isBackwards ? end - items.length : first;
  const ids = all.slice(from, from + items.length).map(({ id }) => id);
  return [...items, pageElement(ids, all.length, ids.length === 0 ? undefined : from)];
}

/** Returns as many of the first items as fit into one reply; of the last items if `isBackwards`. */
export function fittingItems(
  items: readonly ListItem[],
  stanzaBytes: number,
  isBackwards = false,
): Element[] {
  if (isBackwards) return fittingItems([...items].reverse(), stanzaBytes).reverse();
  const taken: Element[] = [];
  let left = stanzaBytes - AROUND;
  for (const { item } of items) {
    left -= Buffer.byteLength(serialise(item));
    if (left < 0) break;
    taken.push(item);
  }
  return taken;
}

/** A request for a page of a list. */
export interface PageRequest {
  /** How many items the client wants at most; undefined if it leaves the number to the component. */
  readonly max: number | undefined;
  /** The id of the item after which the page begins. */
  readonly after: string | undefined;
  /** The id of the item before which the page ends; "" requests the last page. */
  readonly before: string | undefined;
}

/** Parses the requested page; undefined if it is malformed. Without <set/>, all fields are undefined. */
export function parsePage(payload: Element): PageRequest | undefined {
  const set = payload.getChild("set", MUC.rsm);
  const text = (name: string): string | undefined => set?.getChildText(name) ?? undefined;
  const max = text("max");
  if (max !== undefined && !/^\d{1,9}$/.test(max)) return undefined;
  const hasBefore = set?.getChild("before") !== undefined;
  return {
    max: max === undefined ? undefined : Number(max),
    after: text("after"),
    before: hasBefore ? (text("before") ?? "") : undefined,
  };
}

/** Builds the description of a page (<set/>). @param count, index size of the complete list, the page's place in it */
export function pageElement(ids: readonly string[], count?: number, index?: number): Element {
  const [first] = ids;
  const last = ids.at(-1);
  return xml(
    "set",
    MUC.rsm,
    first === undefined
      ? undefined
      : xml("first", { index: index === undefined ? undefined : `${index}` }, first),
    textElement("last", last),
    count === undefined ? undefined : xml("count", {}, `${count}`),
  );
}
