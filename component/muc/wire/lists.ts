/**
 * Lists in the answers to requests: as a whole where they fit into a stanza, and by pages for those who ask for pages
 * (XEP-0059). Whoever asks for the whole of one that is too long is told to ask for pages.
 */
import { StanzaError } from "../../stanza-error.js";
import type { Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { MUC } from "./ns.js";
import { pageElement, parsePage } from "./result-set.js";

export interface ListItem {
  /** By which a page is continued. */
  readonly id: string;
  readonly item: Element;
}

/** The most items of a page. */
const PAGE = 1000;
/** Bytes of an answer that aren't its items. */
const AROUND = 16 * 1024;

/**
 * What a list's answer holds: its items, and what is said of the page where they are one.
 * @param payload the request's
 * @param stanzaBytes the most bytes of one stanza
 * @throws StanzaError policy-violation where the list doesn't fit and no page was asked for, item-not-found where a
 * page is to continue from what isn't there
 */
export function listed(payload: Element, all: readonly ListItem[], stanzaBytes: number): Element[] {
  if (payload.getChild("set", MUC.rsm) === undefined) {
    const items = fitting(all, stanzaBytes);
    if (items.length === all.length) return items;
    throw new StanzaError(
      "modify",
      "policy-violation",
      `This list has ${all.length} entries, too many for one answer: ask for pages of it (XEP-0059).`,
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
  // Of the last page the last items are given, where not all of it fits.
  const items = isBackwards
    ? fitting([...wanted].reverse(), stanzaBytes).reverse()
    : fitting(wanted, stanzaBytes);
  const from = isBackwards ? end - items.length : first;
  const ids = all.slice(from, from + items.length).map(({ id }) => id);
  return [...items, pageElement(ids, all.length, ids.length === 0 ? undefined : from)];
}

/** As many of the first items as fit into one answer. */
export function fitting(items: readonly ListItem[], stanzaBytes: number): Element[] {
  const taken: Element[] = [];
  let left = stanzaBytes - AROUND;
  for (const { item } of items) {
    left -= Buffer.byteLength(serialise(item));
    if (left < 0) break;
    taken.push(item);
  }
  return taken;
}
