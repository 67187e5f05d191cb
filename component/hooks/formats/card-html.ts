/** The marks of HTML that texts of chat services' cards may have. */

const LINE_BREAK = /<br\s{0,3}\/?>/gi;
const ANCHOR =
  /<a\s[^<>]{0,200}?href=["'](https?:\/\/[^"'<>\s]{1,2000})["'][^<>]{0,200}>([^<>]{0,300})<\/a>/gi;

/** Marks that chats' texts have no equal for, or that have been written otherwise before. */
const MARK =
  /<\/?(?:b|strong|i|em|u|s|strike|del|p|span|div|font|code|pre|time|ul|ol|li|h[1-6])(?:\s[^<>]{0,200})?>/gi;

/** Returns a text with its line breaks, and its links as `shown` writes them; undefined: as they are. */
export function withBreaksAndLinks(
  text: string,
  shown: (label: string, url: string) => string | undefined,
): string {
  return text
    .replace(LINE_BREAK, "\n")
    .replace(ANCHOR, (whole, url: string, label: string) => shown(label, url) ?? whole);
}

/** Returns a text without its other marks, but with what they enclose. */
export function withoutMarks(text: string): string {
  return text.replace(MARK, "");
}
