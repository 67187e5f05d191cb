/**
 * The rules of text search. A text matches if it contains each word of the query, even inside longer words, because
 * Chinese has no spaces. Texts are compared in folded form: in one case and width (Ａ becomes A), with single spaces.
 * The index has pairs of characters, because most Chinese words have two; SQLite's trigrams need three.
 */
import { normalized } from "./unicode.js";

/** How much of a message's text is searched: the limit in bytes of UTF-8, and in characters after folding. */
const MAX_SEARCHED = 16 * 1024;

/** Returns a text in folded form, for comparison: at most its first MAX_SEARCHED UTF-16 units. */
export function fold(text: string): string {
  return normalized(text, "NFKC", MAX_SEARCHED).toLowerCase().replace(/\s+/gu, " ").trim();
}

/** Splits a text into parts that are folded one by one: folding a long run of combining marks takes quadratic time. */
const PIECE = /.{1,1024}/gsu;

/** Folds the searched part of a message's text. One character may become 18, so the folded text is cut, too. */
export function foldStart(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MAX_SEARCHED));
  let folded = "";
  for (const [piece] of text.slice(0, read).matchAll(PIECE)) {
    folded += normalized(piece, "NFKC", 2 * 1024);
    if (folded.length >= MAX_SEARCHED) break;
  }
  return fold(folded.slice(0, MAX_SEARCHED));
}

/** Returns the folded words of a query; a phrase in quotation marks is one word. */
export function wordsOf(query: string): string[] {
  const found = fold(query).matchAll(/"([^"]+)"|([^\s"]+)/gu);
  return [...new Set([...found].map(([, phrase, word]) => (phrase ?? word ?? "").trim()))].filter(
    (word) => word !== "",
  );
}

export function hasWords(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

/** Returns the distinct pairs of adjacent letters and digits in a folded text, in the form that the index contains. */
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
