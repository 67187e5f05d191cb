/** Texts that administrators look for in lists. */
import { normalized } from "../../storage/unicode.js";

/** How much of a text is compared, in UTF-16 units. */
const MAX_COMPARED = 1024;

/** Returns a text as it is compared with others: without case, and without spaces around it. */
export function comparable(text: string): string {
  return normalized(text, "NFC", MAX_COMPARED).trim().toLowerCase();
}
