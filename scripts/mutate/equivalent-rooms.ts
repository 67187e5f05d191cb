/** Changes in rooms that change nothing that anybody could notice, each with the reason (equivalent.ts). */
import { CACHE, FAST, GUARD, ONE_MORE } from "./reasons.js";

export const ROOMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "component/muc/admin/actor.ts": {
    'occupant?.role ?? "none": ?? left out': GUARD,
  },
  "component/muc/limits/presence-queue.ts": {
    "clearInterval(this.#timer); left out": "nothing waits any more that it would find",
    "wish === undefined || left out": "a copy that says the same",
  },
  "component/muc/room/affiliation.ts": {
    "text !== undefined && left out": GUARD,
  },
  "component/muc/room/hats.ts": {
    "departments.length > 0: > → >=": FAST,
    "if (!this.areThere) never": FAST,
    "this.#byDepartment taken for true": FAST,
  },
  "component/muc/room/occupant.ts": {
    'if (presence === "") never': FAST,
  },
  "component/muc/room/occupants.ts": {
    "this.#recipients ??= [...this.#bySession.keys()]: ??= → =": CACHE,
    "this.#byAccount.get(text)?.filter((other) => other !== occupant) ?? []: ?? left out": GUARD,
    "made ??= id(): ??= → =": CACHE,
    "if (occupant.presence !== session.presence) always": CACHE,
    "this.#parsed.size >= MOST_PARSED: >= → >": ONE_MORE,
    "this.#parsed.clear(); left out": "a bound of memory, that is kept by forgetting",
    "if (this.#parsed.size >= MOST_PARSED) never": "a bound of memory, that is kept by forgetting",
    "if (this.#parsed.size >= MOST_PARSED) always": CACHE,
  },
  "component/muc/wire/capabilities.ts": {
    'attrs.var ?? "": ?? left out': GUARD,
    'field.attrs.var ?? "": ?? left out': GUARD,
  },
  "component/muc/wire/lists.ts": {
    "ids.length === 0 taken for false": "a page without items has no first one to give a number to",
  },
  "component/muc/wire/payload.ts": {
    'if (typeof child === "string") always': GUARD,
    "throw error; left out": GUARD,
    "if (!(error instanceof RebuildFault || error instanceof NamespaceFault)) never": GUARD,
  },
  "component/muc/wire/result-set.ts": {
    'text("before") ?? "": ?? left out': GUARD,
  },
  "component/muc/wire/text.ts": {
    "text.length <= most: <= → <": FAST,
    "text.length <= most taken for false": FAST,
  },
};
