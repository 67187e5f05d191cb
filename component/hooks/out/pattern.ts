/**
 * Patterns that a text has to match: "*" stands for anything, upper and lower case are alike. Whoever is in a room
 * chooses the text, so there is nothing here that takes longer than reading it once for each part of the pattern.
 */

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
