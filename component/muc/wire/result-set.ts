/** Result set management (XEP-0059): parsing page requests, and describing pages. */
import { xml, type Element } from "../../xml/builder.js";
import { MUC } from "./ns.js";
import { textElement } from "./text.js";

export interface PageRequest {
  /** The most items; undefined: the server decides. */
  readonly max: number | undefined;
  readonly after: string | undefined;
  /** "" requests the last page. */
  readonly before: string | undefined;
}

/** @returns undefined if the request is malformed */
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

/** The description of a page, which may be empty. */
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
