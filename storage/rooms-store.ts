/** Stores rooms with their options, affiliations, occupants and vCards. */
import {
  loaded,
  LOADING,
  type LoadedRoom,
  type RawLoaded,
  type StoredAffiliation,
  type StoredOccupant,
  type StoredRoom,
  type StoredRoomBot,
} from "./room-rows.js";
import { Store } from "./sql.js";

export type { LoadedRoom, StoredAffiliation, StoredOccupant, StoredRoom, StoredRoomBot };

/** A session that is an occupant of a room. */
export interface StoredSession {
  readonly room: number;
  /** The localpart of the room's address. */
  readonly name: string;
  /** The session's full address. */
  readonly jid: string;
  readonly nick: string;
}

/** A room in the service's public list. */
export interface ListedRoom {
  readonly id: number;
  readonly name: string;
  /** The room's options, as JSON. */
  readonly options: string;
}

/** A room with more messages, affiliations or occupants than this is deleted in steps. */
const FEW = 50;
/** How many affiliations or occupants a step deletes; this takes 2 ms. */
const PRUNED_ROOMS = 500;
/** How many messages a step deletes: fewer than PRUNED_ROOMS, because deleting one also changes the search index. */
const MESSAGES = 20;

/** The store of rooms. Methods that write must be called inside a transaction. */
export class RoomsStore extends Store {
  /** Finds a room by the localpart of its address, without its affiliations and occupants. */
  find(name: string): StoredRoom | undefined {
    return this.sql.rows<StoredRoom>("SELECT * FROM rooms WHERE name = ?").get(name);
  }

  /** Finds a room with everything that the component holds in memory: also affiliations, occupants and pictures. */
  load(name: string): LoadedRoom | undefined {
    const raw = this.sql.rows<RawLoaded>(LOADING).get(name);
    return raw && loaded(raw);
  }

  put({ id, name, secret, createdAt, locked, listed, options, subject }: StoredRoom): void {
    this.sql.run(
      `INSERT INTO rooms (id, name, secret, created_at, locked, listed, options, subject)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         locked = excluded.locked, listed = excluded.listed, options = excluded.options, subject = excluded.subject`,
      ...[id, name, secret, createdAt, locked, listed, options, subject],
    );
  }

  /** Deletes a room. A large room only loses its name and leaves the public list; prune() deletes its rows. */
  remove(room: number): void {
    const isLarge = ["archive", "affiliations", "occupants"].some(
      (table) => this.sql.count(`(SELECT 1 FROM ${table} WHERE room = ? LIMIT ${FEW + 1})`, room) > FEW,
    );
    if (isLarge) {
      this.sql.run("UPDATE rooms SET name = '/' || id, listed = 0 WHERE id = ?", room);
      this.sql.run("INSERT OR IGNORE INTO rooms_being_deleted (room) VALUES (?)", room);
    } else this.sql.run("DELETE FROM rooms WHERE id = ?", room);
  }

  /** Deletes some rows of a large deleted room. Returns whether more rows may remain. */
  prune(): boolean {
    const room = this.#next;
    if (room === undefined) return false;
    const messages = "DELETE FROM archive WHERE id IN (SELECT id FROM archive WHERE room = ? LIMIT ?)";
    if (this.sql.changes(messages, room, MESSAGES) > 0) return true;
    for (const table of ["affiliations", "occupants"]) {
      const some = `SELECT jid FROM ${table} WHERE room = ? LIMIT ?`;
      const deletion = `DELETE FROM ${table} WHERE room = ? AND jid IN (${some})`;
      if (this.sql.changes(deletion, room, room, PRUNED_ROOMS) > 0) return true;
    }
    this.sql.run("DELETE FROM rooms WHERE id = ?", room);
    return true;
  }

  get #next(): number | undefined {
    return this.sql.values<number>("SELECT room FROM rooms_being_deleted LIMIT 1").get();
  }

  putAffiliation(room: number, one: StoredAffiliation): void {
    const { jid, affiliation, since, nick, reason, invited } = one;
    this.sql.run(
      `INSERT INTO affiliations (room, jid, affiliation, since, nick, reason, invited)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (room, jid) DO UPDATE SET affiliation = excluded.affiliation, since = excluded.since,
         nick = excluded.nick, reason = excluded.reason, invited = excluded.invited`,
      ...[room, jid, affiliation, since, nick, reason, invited],
    );
  }

  /** Adds members in one fast statement. The first gets the time `since`, each further member a microsecond more. */
  addMembers(room: number, jids: readonly string[], since: number): void {
    const sql = `INSERT INTO affiliations (room, jid, affiliation, since)
      SELECT ?, value, 'member', ? + key FROM json_each(?)`;
    this.sql.run(sql, room, since, JSON.stringify(jids));
  }

  removeAffiliation(room: number, jid: string): void {
    this.sql.run("DELETE FROM affiliations WHERE room = ? AND jid = ?", room, jid);
  }

  removeAffiliations(room: number, jids: readonly string[]): void {
    const sql = "DELETE FROM affiliations WHERE room = ? AND jid IN (SELECT value FROM json_each(?))";
    this.sql.run(sql, room, JSON.stringify(jids));
  }

  setAllInvited(room: number, jids: readonly string[]): void {
    const sql = `UPDATE affiliations SET invited = 1
      WHERE room = ? AND jid IN (SELECT value FROM json_each(?))`;
    this.sql.run(sql, room, JSON.stringify(jids));
  }

  putOccupant(room: number, occupant: StoredOccupant): void {
    const { jid, nick, role, presence, presentAt, isShown } = occupant;
    this.sql.run(
      `INSERT INTO occupants (room, jid, nick, role, presence, present_at, shown) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (room, jid) DO UPDATE SET nick = excluded.nick, role = excluded.role,
         presence = excluded.presence, present_at = excluded.present_at, shown = excluded.shown`,
      ...[room, jid, nick, role, presence, presentAt, isShown],
    );
  }

  /** Counts a room's occupants. An occupant may have several sessions. */
  countOccupants(room: number): number {
    return (
      this.sql.values<number>("SELECT count(DISTINCT nick) FROM occupants WHERE room = ?").get(room) ?? 0
    );
  }

  /** Replaces the bots that occupants see inside. */
  setBots(room: number, bots: readonly StoredRoomBot[]): void {
    this.sql.run("UPDATE rooms SET bots = ? WHERE id = ?", JSON.stringify(bots), room);
  }

  removeOccupant(room: number, jid: string): void {
    this.sql.run("DELETE FROM occupants WHERE room = ? AND jid = ?", room, jid);
  }

  /** Notes to which change a room's occupants must still conform; undefined: to none. */
  setChanging(room: number, change: string | undefined): void {
    if (change === undefined) this.sql.run("DELETE FROM rooms_changing WHERE room = ?", room);
    else this.sql.run("INSERT OR REPLACE INTO rooms_changing (room, change) VALUES (?, ?)", room, change);
  }

  /** Returns the names of the rooms whose occupants don't all conform yet. */
  changing(): string[] {
    const sql = `SELECT name FROM rooms_changing JOIN rooms ON rooms.id = room
      WHERE room NOT IN (SELECT room FROM rooms_being_deleted)`;
    return this.sql.values<string>(sql).all();
  }

  /** Returns rooms of the public list whose names follow `name`, sorted by name. */
  listedAfter(name: string, limit: number): ListedRoom[] {
    const sql = "SELECT id, name, options FROM rooms WHERE listed = 1 AND name > ? ORDER BY name LIMIT ?";
    return this.sql.rows<ListedRoom>(sql).all(name, limit);
  }

  /** Returns the last rooms of the public list before `name` (undefined: of the whole list), sorted by name. */
  listedBefore(name: string | undefined, limit: number): ListedRoom[] {
    const sql = `SELECT id, name, options FROM rooms WHERE listed = 1 AND name < ifnull(?, X'')
      ORDER BY name DESC LIMIT ?`;
    return this.sql.rows<ListedRoom>(sql).all(name, limit).reverse();
  }

  /** Returns the names of locked rooms created before a time (milliseconds since 1970), the oldest first. */
  lockedSince(before: number, limit: number): string[] {
    const sql = "SELECT name FROM rooms WHERE locked = 1 AND created_at < ? ORDER BY created_at LIMIT ?";
    return this.sql.values<string>(sql).all(before, limit);
  }

  /** Returns how many rooms a bare address owns; counting stops at `most`. */
  countOwned(jid: string, most: number): number {
    const owned = `SELECT 1 FROM affiliations
      WHERE jid = ? AND affiliation = 'owner' AND room NOT IN (SELECT room FROM rooms_being_deleted) LIMIT ?`;
    return this.sql.count(`(${owned})`, jid, most);
  }

  countListed(): number {
    return this.sql.count("rooms WHERE listed = 1");
  }

  /** Counts rooms. Destroyed rooms that are still being deleted don't count. */
  count(): number {
    return this.sql.count("rooms") - this.sql.count("rooms_being_deleted");
  }

  /** Returns an unused id for a new room. */
  nextId(): number {
    return (this.sql.values<number>("SELECT max(id) FROM rooms").get() ?? 0) + 1;
  }

  /** Returns the occupants' sessions after `place`, sorted by the room's id and the session's address. */
  sessionsAfter(place: { room: number; jid: string }, limit: number): StoredSession[] {
    const sql = `SELECT room, name, jid, nick FROM occupants JOIN rooms ON rooms.id = occupants.room
      WHERE (room, jid) > (?, ?) AND room NOT IN (SELECT room FROM rooms_being_deleted) ORDER BY room, jid LIMIT ?`;
    return this.sql.rows<StoredSession>(sql).all(place.room, place.jid, limit);
  }
}

export interface RoomVcard {
  /** The vCard's element as XML (XEP-0054). */
  readonly vcard: string;
  /** The SHA-1 of each picture in the vCard, in hexadecimal. */
  readonly pictures: readonly string[];
}

/** The store of the rooms' vCards. Methods that write must be called inside a transaction. */
export class RoomsVcards extends Store {
  find(room: number): string | undefined {
    return this.sql.values<string>("SELECT vcard FROM room_vcards WHERE room = ?").get(room);
  }

  put(room: number, { vcard, pictures }: RoomVcard): void {
    const sql = "INSERT OR REPLACE INTO room_vcards (room, pictures, vcard) VALUES (?, ?, ?)";
    this.sql.run(sql, room, pictures.join(" "), vcard);
  }

  remove(room: number): void {
    this.sql.run("DELETE FROM room_vcards WHERE room = ?", room);
  }
}
