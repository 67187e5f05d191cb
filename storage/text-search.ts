/**
 * Text search: a text matches if each word of the query occurs anywhere in it, also within another word, as Chinese has
 * no spaces between words. Case, width and the number of spaces are ignored. The index consists of pairs of
 * characters, as most Chinese words have two; SQLite's trigrams would need three.
 */

/** Normalises a text for comparison. */
export function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}

/** A message's text is searched up to this many bytes of UTF-8, and this many characters of their folded form. */
const MOST_SEARCHED = 16 * 1024;
/** Folding a long run of combining marks at once takes quadratic time. */
const PIECE = /.{1,1024}/gsu;

/** Folds the start of a message's text; one character may become 18. */
export function foldStart(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MOST_SEARCHED));
  let folded = "";
  for (const [piece] of text.slice(0, read).matchAll(PIECE)) {
    folded += piece.normalize("NFKC");
    if (folded.length >= MOST_SEARCHED) break;
  }
  return fold(folded.slice(0, MOST_SEARCHED));
}

/** The folded words of a query; a phrase in quotation marks is one word. */
export function wordsOf(query: string): string[] {
  const found = fold(query).matchAll(/"([^"]+)"|([^\s"]+)/gu);
  return [...new Set([...found].map(([, phrase, word]) => (phrase ?? word ?? "").trim()))].filter(
    (word) => word !== "",
  );
}

/** Reports whether a folded text contains all the words. */
export function hasWords(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

/** The distinct pairs of adjacent letters and digits in a folded text, as indexed. */
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
