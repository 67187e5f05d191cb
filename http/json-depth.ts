/** Checks how deep JSON is nested, before it is parsed. The calls of the interface need four levels. */

export const MAX_JSON_DEPTH = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Returns whether brackets and braces outside strings are nested deeper than MAX_JSON_DEPTH. */
export function isTooDeep(json: Buffer): boolean {
  return !hasFewBrackets(json) && opensTooMany(json);
}

/**
 * Returns whether the JSON has too few brackets for too deep nesting. Takes a hundredth of the full check's time.
 */
function hasFewBrackets(json: Buffer): boolean {
  let count = 0;
  for (const bracket of [OPEN_BRACKET, OPEN_BRACE]) {
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) {
      if (++count > MAX_JSON_DEPTH) return false;
    }
  }
  return true;
}

function opensTooMany(json: Buffer): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (isInString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) isInString = true;
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth--;
  }
  return false;
}
