/** Stores the bookmarks that the component set for members of rooms, to take them back. Writes must run inside transactions. */
import { Store } from "./sql.js";

/** A row of the table `bookmarks_made`. */
export interface MadeBookmark {
  /** The user's bare address. */
  readonly jid: string;
  /** The room's address. */
  readonly room: string;
  /** A hash of what the bookmark says. */
  readonly sum: string;
  /** Since when the user is no member; undefined: that wasn't seen yet. */
  readonly unwantedAt: number | undefined;
}

type Key = Pick<MadeBookmark, "jid" | "room">;

const IS_MEMBER = `EXISTS (SELECT 1 FROM rooms JOIN affiliations AS a ON a.room = rooms.id AND a.jid = b.jid
  WHERE rooms.name = substr(b.room, 1, instr(b.room, '@') - 1) AND a.affiliation <> 'outcast')`;

export class MadeBookmarks extends Store {
  /** Returns bookmarks behind one, in order, with whether their users are still members. */
  readonly behind = this.sql.rows<
    MadeBookmark & { readonly isMember: number },
    [jid: string, room: string, limit: number]
  >(
    `SELECT b.*, ${IS_MEMBER} AS is_member FROM bookmarks_made AS b WHERE (b.jid, b.room) > (?, ?)
      ORDER BY b.jid, b.room LIMIT ?`,
  ).all;

  /** Whether a user is no member of the room any more. */
  isUnwanted({ jid, room }: Key): boolean {
    return this.sql
      .from<[string, string]>(`bookmarks_made AS b WHERE b.jid = ? AND b.room = ? AND NOT ${IS_MEMBER}`)
      .some(jid, room);
  }

  put(bookmark: MadeBookmark): void {
    this.sql.put("bookmarks_made", ["jid", "room"], bookmark);
  }

  remove({ jid, room }: Key): void {
    this.sql.delete("bookmarks_made", { jid, room });
  }
}
