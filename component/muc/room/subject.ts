/** A room's stored subject (XEP-0045 §8.1). */
import type { Element } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";

/** A room's subject. */
export interface Subject {
  /** The <subject/> elements, as XML. */
  readonly xml: string;
  /** The nickname of the occupant who set the subject. */
  readonly nick: string;
  /** The occupant-id (XEP-0421) of the occupant who set the subject; undefined for imported subjects. */
  readonly id?: string | undefined;
  /** When the subject was set, in milliseconds since 1970. */
  readonly at: number;
}

/** Parses a stored subject. */
export function readSubject(json: string): Subject {
  return JSON.parse(json) as Subject;
}

/** Returns the <subject/> elements of a subject, which may have one for each language. */
export function subjectElements({ xml: text }: Subject): Element[] {
  const element = parseXml(`<message>${text}</message>`);
  return element instanceof XmlFault ? [] : element.getChildElements();
}

/** Returns the text of the first <subject/>; "" if there is no <subject/>. */
export function subjectText(subject: Subject): string {
  return subjectElements(subject)[0]?.getText() ?? "";
}
