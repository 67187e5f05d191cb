/**
 * Cuts the texts of a post before a format reads them. Formats match, convert and compare a text several times, at up to a
 * microsecond for a character; so a text of a megabyte would take most of a second, and nobody would read it.
 */
import type { Payload } from "./format.js";
import { elided } from "../../wording.js";

/** The lengths to which texts are cut, in characters, until all together have at most BY_MOST times the longest. */
const SHORTER = [16 * 1024, 4 * 1024, 1024];
const BY_MOST = 4;

/**
 * Returns a post whose texts are cut to `most` characters, or further if there are many long ones. What is cut ends with
 * "…". The values of its JSON are changed, as a copy of 100,000 values would take as long as parsing them.
 */
export function withShortTexts(posted: Payload, most: number): Payload {
  const { json, text, mail } = posted;
  const width = widthFor([json?.value, text, mail], most);
  if (json !== undefined) shorten(json, width);
  return {
    ...posted,
    ...(text !== undefined && { text: elided(text, width) }),
    ...(mail && { mail: { subject: elided(mail.subject, width), text: elided(mail.text, width) } }),
  };
}

function widthFor(value: unknown, most: number): number {
  const lengths: number[] = [];
  collect(value, lengths);
  const sum = (width: number): number => lengths.reduce((all, length) => all + Math.min(length, width), 0);
  const widths = [most, ...SHORTER.filter((width) => width < most)];
  return widths.find((width) => sum(width) <= BY_MOST * most) ?? widths.at(-1) ?? most;
}

function collect(value: unknown, lengths: number[]): void {
  if (typeof value === "string") lengths.push(value.length);
  else if (typeof value === "object" && value !== null)
    for (const part of Object.values(value)) collect(part, lengths);
}

function shorten(parent: object, width: number): void {
  for (const [name, value] of Object.entries(parent) as [string, unknown][]) {
    if (typeof value === "object" && value !== null) shorten(value, width);
    else if (typeof value === "string" && value.length > width)
      // Unlike an assignment, this works for the name __proto__, too.
      Object.defineProperty(parent, name, { value: elided(value, width) });
  }
}
