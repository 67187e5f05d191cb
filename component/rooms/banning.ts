/** Outcasts don't enter (XEP-0045 §7.2.7). */
import type { JoinCheck } from "./entering.js";
import { failure } from "./failure.js";

export const notBanned: JoinCheck = {
  name: "banned",
  refuse: ({ room, affiliation }) =>
    affiliation === "outcast" ? failure(room.jid, "auth", "forbidden", "You are banned here.") : undefined,
};
