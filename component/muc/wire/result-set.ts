/** Result set management (XEP-0059). */
import { xml, type Element } from "../../xml/builder.js";
import { MUC } from "./ns.js";
import { textElement } from "./text.js";

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

/**
 * Builds the description of a page (<set/>).
 * @param ids the ids of the page's items, which may be empty
 * @param count how many items the complete list has
 * @param index the position of the page's first item in it
 */
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
