/**
 * A cache of room descriptions for hashing. Rooms with an identical configuration differ only in their texts, so the
 * cache keeps templates in which these texts are filled in. It speeds up the first entry into each room after a start.
 */
import { randomUUID } from "node:crypto";
import { Jid, type AccountJid } from "../../address.js";
import type { Described } from "../features/feature.js";

/** The options that are free texts. */
const WRITTEN = ["name", "description", "language"] as const;
/** The most configurations kept. */
const MOST = 100;
/** A text that no description contains. */
const MARK = randomUUID();
const PLACES = new RegExp(`${MARK}-(${[...WRITTEN, "local"].join("|")})`);

type Place = (typeof WRITTEN)[number] | "local";

export class DescriptionCache {
  readonly #textOf: (room: Described) => string;
  /** By configuration: constant texts alternating with the names of options to fill in. */
  readonly #known = new Map<string, readonly string[]>();

  /** @param textOf makes a room's description, which contains the room's texts and localpart unchanged */
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
