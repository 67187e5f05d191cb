/**
 * What rooms say of themselves, to be hashed: those that are configured alike differ in what people have written of them
 * alone, so the rest is remembered, with places for that. Whoever enters a room first after a start waits for it.
 */
import { randomUUID } from "node:crypto";
import { Jid, type AccountJid } from "../../address.js";
import type { Described } from "../features/feature.js";

/** What people have written of a room. */
const WRITTEN = ["name", "description", "language"] as const;
/** So many configurations are remembered. */
const MOST = 100;
/** Nobody writes this. */
const MARK = randomUUID();
const PLACES = new RegExp(`${MARK}-(${[...WRITTEN, "local"].join("|")})`);

type Place = (typeof WRITTEN)[number] | "local";

export class DescriptionCache {
  readonly #textOf: (room: Described) => string;
  /** By configuration: texts, and in between what goes there. */
  readonly #known = new Map<string, readonly string[]>();

  /** @param textOf what a room says, in which its texts and its localpart are found as they are */
  constructor(textOf: (room: Described) => string) {
    this.#textOf = textOf;
  }

  textOf({ jid, options, pictures, hasHats }: Described): string {
    const marked = { ...options };
    for (const place of WRITTEN) marked[place] = options[place] === "" ? "" : `${MARK}-${place}`;
    const key = JSON.stringify([marked, pictures, hasHats]);
    const parts = this.#known.get(key) ?? this.#learn(key, { jid, options: marked, pictures, hasHats });
    const written = { ...options, local: jid.local };
    return parts.map((part, index) => (index % 2 === 0 ? part : written[part as Place])).join("");
  }

  #learn(key: string, room: Described): readonly string[] {
    const jid = Jid.of(`${MARK}-local`, room.jid.domain) as AccountJid;
    const parts = this.#textOf({ ...room, jid }).split(PLACES);
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(key, parts);
    return parts;
  }
}
