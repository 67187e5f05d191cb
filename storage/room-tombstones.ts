/** Stores the tombstones of destroyed rooms, whose addresses they reserve. */
import { Store } from "./sql.js";

/** A row of the table `room_tombstones`: a destroyed room, whose address is reserved. */
export interface RoomTombstone {
  readonly name: string;
  readonly destroyedAt: number;
  readonly owners: readonly string[];
  readonly alternative: string | undefined;
  readonly reason: string | undefined;
}

export class RoomTombstones extends Store {
  find(name: string): RoomTombstone | undefined {
    const sql = "SELECT * FROM room_tombstones WHERE name = ?";
    const raw = this.sql.rows<RoomTombstone & { readonly owners: string }>(sql).get(name);
    return raw && { ...raw, owners: JSON.parse(raw.owners) as string[] };
  }

  put(tombstone: RoomTombstone): void {
    this.sql.put("room_tombstones", ["name"], { ...tombstone, owners: JSON.stringify(tombstone.owners) });
  }

  readonly remove = this.sql.write<[name: string]>("DELETE FROM room_tombstones WHERE name = ?").run;

  /** Deletes up to `limit` tombstones older than `before` (milliseconds since 1970), oldest first; returns how many. */
  readonly prune = this.sql.write<[before: number, limit: number]>(
    "DELETE FROM room_tombstones WHERE destroyed_at < ? ORDER BY destroyed_at LIMIT ?",
  ).changes;
}
