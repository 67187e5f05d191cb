/** A room's stored subject (XEP-0045 §8.1). */
import type { Element } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";

export interface Subject {
  /** The <subject/> elements, as XML. */
  readonly xml: string;
  /** The nickname of the occupant who set it. */
  readonly nick: string;
  /** The occupant-id (XEP-0421) of that occupant; imported subjects have none. */
  readonly id?: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Reads a stored subject. */
export function readSubject(json: string): Subject {
  return JSON.parse(json) as Subject;
}

/** The <subject/> elements. */
export function subjectElements({ xml: text }: Subject): Element[] {
  const element = parseXml(`<message>${text}</message>`);
  return element instanceof XmlFault ? [] : element.getChildElements();
}

/** The text of the first <subject/>. */
export function subjectText(subject: Subject): string {
  return subjectElements(subject)[0]?.getText() ?? "";
}
