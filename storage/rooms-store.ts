/** The rooms' own rows: options, affiliations, occupants, vCards. */
import type { Database } from "./database.js";
import {
  loaded,
  LOADING,
  stored,
  type LoadedRoom,
  type RawLoaded,
  type RawRoom,
  type StoredAffiliation,
  type StoredOccupant,
  type StoredRoom,
} from "./room-rows.js";
import { RoomsRemains } from "./rooms-removals.js";

export type { LoadedRoom, StoredAffiliation, StoredOccupant, StoredRoom };

/** A session inside some room. */
export interface StoredSession {
  readonly room: number;
  readonly name: string;
  readonly jid: string;
  readonly nick: string;
}

/** A room of the public list. */
export interface ListedRoom {
  readonly name: string;
  /** JSON. */
  readonly options: string;
}

/** All that change something are to be called inside a transaction. */
export class RoomsStore {
  readonly remains: RoomsRemains;
  readonly #db: Database;
  readonly #find;
  readonly #load;
  readonly #put;
  readonly #putAffiliation;
  readonly #addMembers;
  readonly #removeAffiliation;
  readonly #removeAffiliations;
  readonly #setInvited;
  readonly #setAllInvited;
  readonly #putOccupant;
  readonly #removeOccupant;
  readonly #listed;
  readonly #listedBefore;
  readonly #sessions;
  readonly #locked;
  readonly #owned;

  constructor(db: Database) {
    this.#db = db;
    this.remains = new RoomsRemains(db);
    this.#find = db.prepare<[string], RawRoom>("SELECT * FROM rooms WHERE name = ?");
    this.#load = db.prepare<[string], RawLoaded>(LOADING);
    this.#put = db.prepare(
      `INSERT INTO rooms (id, name, secret, created_at, locked, listed, options, subject)
       VALUES (@id, @name, @secret, @createdAt, @locked, @listed, @options, @subject)
       ON CONFLICT (id) DO UPDATE SET
         locked = excluded.locked, listed = excluded.listed, options = excluded.options, subject = excluded.subject`,
    );
    this.#putAffiliation = db.prepare(
      `INSERT INTO affiliations (room, jid, affiliation, since, nick, reason, invited)
       VALUES (@room, @jid, @affiliation, @since, @nick, @reason, @invited)
       ON CONFLICT (room, jid) DO UPDATE SET affiliation = excluded.affiliation, since = excluded.since,
         nick = excluded.nick, reason = excluded.reason, invited = excluded.invited`,
    );
    this.#addMembers = db.prepare<[number, number, string]>(
      `INSERT INTO affiliations (room, jid, affiliation, since)
       SELECT ?, value, 'member', ? + key FROM json_each(?)`,
    );
    this.#removeAffiliation = db.prepare<[number, string]>(
      "DELETE FROM affiliations WHERE room = ? AND jid = ?",
    );
    this.#removeAffiliations = db.prepare<[number, string]>(
      "DELETE FROM affiliations WHERE room = ? AND jid IN (SELECT value FROM json_each(?))",
    );
    this.#setInvited = db.prepare<[number, number, string]>(
      "UPDATE affiliations SET invited = ? WHERE room = ? AND jid = ?",
    );
    this.#setAllInvited = db.prepare<[number, string]>(
      "UPDATE affiliations SET invited = 1 WHERE room = ? AND jid IN (SELECT value FROM json_each(?))",
    );
    this.#putOccupant = db.prepare(
      `INSERT INTO occupants (room, jid, nick, role, presence, present_at)
       VALUES (@room, @jid, @nick, @role, @presence, @presentAt)
       ON CONFLICT (room, jid) DO UPDATE SET nick = excluded.nick, role = excluded.role,
         presence = excluded.presence, present_at = excluded.present_at`,
    );
    this.#removeOccupant = db.prepare<[number, string]>("DELETE FROM occupants WHERE room = ? AND jid = ?");
    this.#listed = db.prepare<[string, number], ListedRoom>(
      "SELECT name, options FROM rooms WHERE listed = 1 AND name > ? ORDER BY name LIMIT ?",
    );
    this.#owned = db.prepare<[string, number], { n: number }>(
      `SELECT count(*) AS n FROM (SELECT 1 FROM affiliations
         WHERE jid = ? AND affiliation = 'owner' AND room NOT IN (SELECT room FROM remains) LIMIT ?)`,
    );
    this.#locked = db
      .prepare<[number, number], string>(
        "SELECT name FROM rooms WHERE locked = 1 AND created_at < ? ORDER BY created_at LIMIT ?",
      )
      .pluck();
    this.#listedBefore = db.prepare<[string | null, number], ListedRoom>(
      "SELECT name, options FROM rooms WHERE listed = 1 AND name < ifnull(?, X'') ORDER BY name DESC LIMIT ?",
    );
    this.#sessions = db.prepare<[number, string, number], StoredSession>(
      `SELECT room, name, jid, nick FROM occupants JOIN rooms ON rooms.id = occupants.room
       WHERE (room, jid) > (?, ?) AND room NOT IN (SELECT room FROM remains) ORDER BY room, jid LIMIT ?`,
    );
  }

  /** The room alone. */
  find(name: string): StoredRoom | undefined {
    const raw = this.#find.get(name);
    return raw && stored(raw);
  }

  load(name: string): LoadedRoom | undefined {
    const raw = this.#load.get(name);
    return raw && loaded(raw);
  }

  put(room: StoredRoom): void {
    const { locked, listed, subject, ...rest } = room;
    this.#put.run({ ...rest, locked: Number(locked), listed: Number(listed), subject: subject ?? null });
  }

  /** The room, and all that belongs to it, now or a little later. */
  remove(room: number): void {
    this.remains.remove(room);
  }

  putAffiliation(room: number, one: StoredAffiliation): void {
    const { nick = null, reason = null, invited, ...rest } = one;
    this.#putAffiliation.run({ ...rest, room, nick, reason, invited: Number(invited) });
  }

  /** Adds very many members at a time, three times faster than one by one: the first since then, and so on. */
  addMembers(room: number, jids: readonly string[], since: number): void {
    this.#addMembers.run(room, since, JSON.stringify(jids));
  }

  removeAffiliation(room: number, jid: string): void {
    this.#removeAffiliation.run(room, jid);
  }

  removeAffiliations(room: number, jids: readonly string[]): void {
    this.#removeAffiliations.run(room, JSON.stringify(jids));
  }

  setInvited(room: number, jid: string, invited: boolean): void {
    this.#setInvited.run(Number(invited), room, jid);
  }

  /** Notes that these were told: very many at a time. */
  setAllInvited(room: number, jids: readonly string[]): void {
    this.#setAllInvited.run(room, JSON.stringify(jids));
  }

  putOccupant(room: number, occupant: StoredOccupant): void {
    this.#putOccupant.run({ ...occupant, room });
  }

  removeOccupant(room: number, jid: string): void {
    this.#removeOccupant.run(room, jid);
  }

  /** Rooms of the public list, by name, those after this one. */
  listedAfter(name: string, limit: number): ListedRoom[] {
    return this.#listed.all(name, limit);
  }

  /** The last of them before this one, or the last of all; by name, too. */
  listedBefore(name: string | undefined, limit: number): ListedRoom[] {
    return this.#listedBefore.all(name ?? null, limit).reverse();
  }

  /** The names of rooms that were made before this, in milliseconds since 1970, and are still locked; oldest first. */
  lockedSince(before: number, limit: number): string[] {
    return this.#locked.all(before, limit);
  }

  /** How many rooms an account owns; no more than this are counted. */
  countOwned(jid: string, most: number): number {
    return this.#owned.get(jid, most)?.n ?? 0;
  }

  countListed(): number {
    return this.#count("SELECT count(*) AS n FROM rooms WHERE listed = 1");
  }

  count(): number {
    return this.#count("SELECT (SELECT count(*) FROM rooms) - (SELECT count(*) FROM remains) AS n");
  }

  /** The id after the newest room's. */
  nextId(): number {
    return this.#count("SELECT coalesce(max(id), 0) + 1 AS n FROM rooms");
  }

  /** Sessions inside rooms, those after this place. */
  sessionsAfter(place: { room: number; jid: string }, limit: number): StoredSession[] {
    return this.#sessions.all(place.room, place.jid, limit);
  }

  #count(sql: string): number {
    return this.#db.prepare<[], { n: number }>(sql).get()?.n ?? 0;
  }
}

export interface RoomVcard {
  /** XML. */
  readonly vcard: string;
  /** SHA-1 of each picture that it holds, in hex. */
  readonly pictures: readonly string[];
}

/** All that change something are to be called inside a transaction. */
export class RoomsVcards {
  readonly #find;
  readonly #put;
  readonly #remove;

  constructor(db: Database) {
    this.#find = db.prepare<[number], string>("SELECT vcard FROM room_vcards WHERE room = ?").pluck();
    this.#put = db.prepare<[number, string, string]>(
      "INSERT OR REPLACE INTO room_vcards (room, pictures, vcard) VALUES (?, ?, ?)",
    );
    this.#remove = db.prepare<[number]>("DELETE FROM room_vcards WHERE room = ?");
  }

  find(room: number): string | undefined {
    return this.#find.get(room);
  }

  put(room: number, { vcard, pictures }: RoomVcard): void {
    this.#put.run(room, pictures.join(" "), vcard);
  }

  remove(room: number): void {
    this.#remove.run(room);
  }
}
