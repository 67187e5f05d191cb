/**
 * Moves times of rooms that are in the future to the present: the machine's clock was ahead when they were stored. Clients
 * that know such a message by its former stanza-id read the archive anew. Times are in microseconds since 1970.
 */
import { Store } from "./sql.js";

export class RoomsFuture extends Store {
  /** Returns the ids of some messages after a time, in their order. */
  readonly messages = this.sql.values<number, [after: number, most: number]>(
    "SELECT id FROM archive WHERE id > ? ORDER BY id LIMIT ?",
  ).all;

  /** Returns the id of the newest message up to a time; 0 if there is none. */
  newestUpTo(time: number): number {
    return this.sql.values<number>("SELECT max(id) FROM archive WHERE id <= ?").get(time) ?? 0;
  }

  /** Gives a message another id, inside a transaction. It is indexed for searches anew. */
  move(id: number, to: number): void {
    // The stanza-id of a message that isn't archived ends in "e".
    const stanza = "replace(replace(stanza, @was, @is), @wasPassing, @isPassing)";
    const ids = { was: `id="${id}"`, is: `id="${to}"`, wasPassing: `id="${id}e"`, isPassing: `id="${to}e"` };
    this.sql.run(`UPDATE archive SET id = @to, stanza = ${stanza} WHERE id = @id`, { id, to, ...ids });
    this.sql.run("UPDATE hook_events SET message = ? WHERE message = ?", to, id);
  }

  /** Moves all other times of rooms after `limit` to `now`, inside a transaction. */
  moveOthers(limit: number, now: number): void {
    this.sql.run("UPDATE archive_indexed SET up_to = ? WHERE up_to > ?", this.newestUpTo(limit), limit);
    for (const [table, column] of COLUMNS)
      this.sql.run(`UPDATE ${table} SET ${column} = ? WHERE ${column} > ?`, now, limit);
  }
}

const COLUMNS = [
  ["affiliations", "since"],
  ["affiliations", "seen"],
  ["occupants", "present_at"],
  ["invitations", "at"],
  ["user_removals", "requested_at"],
  ["erasures", "requested_at"],
] as const;
