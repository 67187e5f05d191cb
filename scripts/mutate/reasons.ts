/** Why nobody can notice some changes: what is true of many. */

export const FAST = "only how soon it is known: what follows finds the same";
export const CACHE = "what is remembered is only found sooner";
export const GUARD = "nothing comes here: it is what makes the compiler, or a reader, sure of it";
export const ONE_MORE = "a bound of memory: one more or less is the same";
