import { cut } from "../../../storage/unicode.js";
import { xml, type Element } from "../../xml/builder.js";

const MAX_TEXT = 2000;

/** Returns the text of a child element, truncated to MAX_TEXT, if there is such a child. */
export function textIn(element: Element, name: string): string | undefined {
  const text = element.getChildText(name);
  return text === null ? undefined : cut(text, MAX_TEXT);
}

export function textElement(name: string, text: string | undefined): Element | undefined {
  return text === undefined ? undefined : xml(name, {}, text);
}
