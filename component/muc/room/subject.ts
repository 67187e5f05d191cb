import type { Element } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";

/** A room's stored subject (XEP-0045 §8.1). */
export interface Subject {
  readonly xml: string;
  /** The nickname of the occupant who set the subject. */
  readonly nick: string;
  /** The occupant-id (XEP-0421) of that occupant; undefined for imported subjects. */
  readonly id?: string | undefined;
  /** When the subject was set, in milliseconds since 1970. */
  readonly at: number;
}

export function readSubject(json: string): Subject {
  return JSON.parse(json) as Subject;
}

/** Returns a subject's <subject/> elements, which may be one for each language. */
export function subjectElements({ xml: text }: Subject): Element[] {
  const element = parseXml(`<message>${text}</message>`);
  return element instanceof XmlFault ? [] : element.getChildElements();
}

/** Returns the text of the first <subject/>; "" if there is none. */
export function subjectText(subject: Subject): string {
  return subjectElements(subject)[0]?.getText() ?? "";
}
