/** Matches texts without regard to case. Texts are untrusted, so the time is linear in the length. */

const LETTER = /[\p{L}\p{N}_]/u;

/** Whether a text contains a name as whole words. No text contains an empty name. */
export function isNamed(name: string, text: string): boolean {
  if (name === "") return false;
  const [lower, wanted] = [text.toLowerCase(), name.toLowerCase()];
  const isLetter = (at: number): boolean => LETTER.test(lower.charAt(at));
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1))
    if (!isLetter(at - 1) && !isLetter(at + wanted.length)) return true;
  return false;
}

/** Returns a predicate for texts that match a pattern as a whole; "*" matches any characters. */
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
