/** The marks of HTML that texts of chat services' cards may have. */

const LINE_BREAK = /<br\s{0,3}\/?>/gi;
const ANCHOR =
  /<a\s[^<>]{0,200}?href=["'](https?:\/\/[^"'<>\s]{1,2000})["'][^<>]{0,200}>([^<>]{0,300})<\/a>/gi;

/** Returns a text with its line breaks, and its links as `shown` writes them; undefined: as they are. */
export function withBreaksAndLinks(
  text: string,
  shown: (label: string, url: string) => string | undefined,
): string {
  return text
    .replace(LINE_BREAK, "\n")
    .replace(ANCHOR, (whole, url: string, label: string) => shown(label, url) ?? whole);
}
