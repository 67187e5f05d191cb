/** Outcasts don't enter (XEP-0045 §7.2.7). */
import type { EntryCheck } from "../occupancy/entry-check.js";
import { roomError } from "../wire/errors.js";

export const notBanned: EntryCheck = {
  name: "banned",
  refuse: ({ room, affiliation }) =>
    affiliation === "outcast" ? roomError(room.jid, "auth", "forbidden", "You are banned here.") : undefined,
};
