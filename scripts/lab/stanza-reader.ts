/** A strict reader of XMPP streams, independent of the component's own parser. */
import xml, { type Element } from "@xmpp/xml";
import { SaxesParser } from "saxes";

export interface ReaderEvents {
  readonly open?: (header: Element) => void;
  /** Called with each complete child of the stream. */
  readonly element: (element: Element) => void;
  readonly end?: () => void;
}

/** Thrown for XML that isn't well-formed, for which an XMPP server would close the stream. */
export class NotWellFormed extends Error {
  override name = "NotWellFormed";
}

/** Returns a reader, whose `write` parses further characters. @throws NotWellFormed from `write` */
export function streamReader({ open, element, end }: ReaderEvents) {
  const parser = new SaxesParser({ xmlns: true, position: false });
  let root: Element | undefined;
  let current: Element | null = null;
  parser.on("error", (error) => {
    throw new NotWellFormed(error.message);
  });
  parser.on("opentag", ({ name, attributes }) => {
    const attrs = Object.fromEntries(Object.values(attributes).map((each) => [each.name, each.value]));
    const opened = new xml.Element(name, attrs);
    if (root === undefined) {
      root = opened;
      open?.(root);
    } else if (current === root) opened.parent = root;
    else current?.append(opened);
    current = opened;
  });
  const characters = (text: string): void => {
    if (current !== root) current?.append(text);
  };
  parser.on("text", characters);
  parser.on("cdata", characters);
  parser.on("closetag", () => {
    const closed = current;
    current = closed?.parent ?? null;
    if (closed === root) end?.();
    else if (closed !== null && current === root) element(closed);
  });
  return { write: (chunk: string) => void parser.write(chunk) };
}

/** Returns the first descendant with the given name. */
export function find(element: Element, name: string): Element | undefined {
  for (const child of element.getChildElements()) {
    const found = child.getName() === name ? child : find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
