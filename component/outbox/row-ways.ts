/**
 * The way of each stanza, as it is written. Those that are for one way alone (the sender's own copies, as a server makes
 * them itself of what it is told by its permission) follow what was before them of the same call and sender, whatever
 * was changed in between: a message is copied once.
 */
import type { Way } from "../../storage/outbox-row.js";
import type { OutboxRow } from "./origin.js";
import { isCopy } from "./row-stanzas.js";
import type { Ways } from "./ways.js";

export class RowWays {
  readonly #ways: Ways;
  /** How the last row in a user's name went, or would have gone. */
  #last: { readonly call: number | undefined; readonly sender: string; readonly way: Way } | undefined;

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  /**
   * @param place of the stanza in its row
   * @returns "omitted" where it isn't to be written in the way that it would go; undefined where there is no way now
   */
  of(row: OutboxRow, place = row.done): Way | "omitted" | undefined {
    const only = isCopy(row, place) ? "plain" : row.way;
    if (only === undefined) {
      const way = this.#ways.of(row.kind, row.sender);
      if (way !== undefined) this.#note(row, way);
      return way;
    }
    const way = this.#before(row) ?? this.#ways.of("message", row.sender);
    if (way === undefined) return undefined;
    this.#note(row, way);
    return way === only ? way : "omitted";
  }

  /** Whether a row is for one way alone, and what it belongs to has just been written in that. */
  isFollowing(row: OutboxRow): boolean {
    return row.way !== undefined && this.#before(row) === row.way;
  }

  /** Whether a row can't be written now. */
  isStuck(row: OutboxRow): boolean {
    return this.#ways.of(row.way === undefined ? row.kind : "message", row.sender) === undefined;
  }

  /** What was written is written again, perhaps otherwise. */
  forget(): void {
    this.#last = undefined;
  }

  /** The way of what was before it of the same call and sender. */
  #before({ call, sender }: OutboxRow): Way | undefined {
    const last = this.#last;
    return last?.call === call && last?.sender === sender ? last.way : undefined;
  }

  #note({ call, sender }: OutboxRow, way: Way): void {
    const last = this.#last;
    if (last?.call === call && last?.sender === sender && last.way === way) return;
    this.#last = { call, sender, way };
  }
}
