/**
 * What it means that a text is found: each word that is looked for occurs somewhere in it, as part of another word,
 * too, since Chinese has no spaces between words. Case, width and the number of spaces don't matter. And the pairs of
 * characters by which texts are indexed: two suffice for most Chinese words, where SQLite's own trigrams need three.
 */

/** As texts are compared. */
export function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}

/** A message's text is searched up to this many bytes of UTF-8, and this many characters of their folded form. */
const MOST_SEARCHED = 16 * 1024;
/** Folding a long run of combining marks at once takes quadratic time. */
const PIECE = /.{1,1024}/gsu;

/** The start of a message's text, folded: one character may become 18. */
export function foldStart(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MOST_SEARCHED));
  let folded = "";
  for (const [piece] of text.slice(0, read).matchAll(PIECE)) {
    folded += piece.normalize("NFKC");
    if (folded.length >= MOST_SEARCHED) break;
  }
  return fold(folded.slice(0, MOST_SEARCHED));
}

/** The words of what somebody looks for, folded; what stands in quotation marks is one. */
export function wordsOf(query: string): string[] {
  const found = fold(query).matchAll(/"([^"]+)"|([^\s"]+)/gu);
  return [...new Set([...found].map(([, phrase, word]) => (phrase ?? word ?? "").trim()))].filter(
    (word) => word !== "",
  );
}

/** Whether a folded text has all the words. */
export function hasWords(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

/** The pairs of letters and digits that follow each other in a folded text, each once, as the index has them. */
export function gramsOf(text: string): string[] {
  const grams = new Set<string>();
  for (const [run] of text.matchAll(/[\p{L}\p{N}\p{M}]{2,}/gu)) {
    const points = Array.from(run, (character) => character.codePointAt(0) ?? 0);
    for (const [at, point] of points.entries()) {
      const next = points[at + 1];
      if (next !== undefined) grams.add((point * 0x110000 + next).toString(36));
    }
  }
  return [...grams];
}
