/**
 * Patterns that a text has to match: "*" stands for anything, upper and lower case are alike. Whoever is in a room
 * chooses the text, so there is nothing here that takes longer than reading it once for each part of the pattern.
 */

const LETTER = /[\p{L}\p{N}_]/u;

/** Whether a text has this name as a word, or words, of its own. */
export function isNamed(name: string, text: string): boolean {
  const [lower, wanted] = [text.toLowerCase(), name.toLowerCase()];
  const isLetter = (at: number): boolean => LETTER.test(lower.charAt(at));
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1))
    if (!isLetter(at - 1) && !isLetter(at + wanted.length)) return true;
  return false;
}

/** @returns whether a whole text matches the pattern */
export function matcherOf(pattern: string): (text: string) => boolean {
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  const last = rest.pop();
  return (text) => {
    const lower = text.toLowerCase();
    if (last === undefined) return lower === first;
    if (!lower.startsWith(first)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = lower.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return lower.length - last.length >= at && lower.endsWith(last);
  };
}
