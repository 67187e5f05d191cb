/** The people of the plays. */

/** A session each. */
export const hag = "hag66@qtalk.test.org/pda";
export const wiccarocks = "wiccarocks@qtalk.test.org/laptop";
export const crone = "crone1@qtalk.test.org/desktop";
export const stranger = "stranger@elsewhere.test/home";

/** Their accounts. */
export const HAG = "hag66@qtalk.test.org";
export const WICCA = "wiccarocks@qtalk.test.org";
export const CRONE = "crone1@qtalk.test.org";
