import { StanzaError } from "../../stanza-error.js";
import type { Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { MUC } from "./ns.js";
import { pageElement, parsePage } from "./result-set.js";

/** An entry of a list. */
export interface ListItem {
  /** The entry's id, which a request for the next page names. */
  readonly id: string;
  readonly item: Element;
}

/** How many items a page has at most. */
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
    const items = fitting(all, stanzaBytes);
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
  const items = fitting(wanted, stanzaBytes, isBackwards);
  const from = isBackwards ? end - items.length : first;
  const ids = all.slice(from, from + items.length).map(({ id }) => id);
  return [...items, pageElement(ids, all.length, ids.length === 0 ? undefined : from)];
}

/** Returns as many of the first items as fit into one reply; of the last items if `isBackwards`. */
export function fitting(items: readonly ListItem[], stanzaBytes: number, isBackwards = false): Element[] {
  if (isBackwards) return fitting([...items].reverse(), stanzaBytes).reverse();
  const taken: Element[] = [];
  let left = stanzaBytes - AROUND;
  for (const { item } of items) {
    left -= Buffer.byteLength(serialise(item));
    if (left < 0) break;
    taken.push(item);
  }
  return taken;
}
