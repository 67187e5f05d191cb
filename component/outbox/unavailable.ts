/** The refusal of what can't be taken now. */
import { Errcode, Refusal } from "../refusal.js";

/** After so many seconds a refused caller may try again. */
const RETRY_AFTER = 5;

/** Not now; nothing was accepted. */
export function unavailable(sentence: string): Refusal {
  return new Refusal(Errcode.unavailable, sentence, RETRY_AFTER);
}
