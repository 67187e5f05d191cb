/** A room's subject (XEP-0045 §8.1), as the room keeps it. */
import type { Element } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";

export interface Subject {
  /** The <subject/> elements, as XML. */
  readonly xml: string;
  /** Who set it: the nickname that they had. */
  readonly nick: string;
  /** Their occupant-id (XEP-0421); imported subjects have none. */
  readonly id?: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Reads a stored subject. */
export function readSubject(json: string): Subject {
  return JSON.parse(json) as Subject;
}

/** Its <subject/> elements. */
export function subjectElements({ xml: text }: Subject): Element[] {
  const element = parseXml(`<message>${text}</message>`);
  return element instanceof XmlFault ? [] : element.getChildElements();
}

/** The subject as text: that of its first language. */
export function subjectText(subject: Subject): string {
  return subjectElements(subject)[0]?.getText() ?? "";
}
