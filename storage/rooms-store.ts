/** Stores rooms with their options, affiliations, occupants and vCards. */
import { Store } from "./sql.js";

/** A row of the table `rooms`. */
export interface StoredRoom {
  readonly id: number;
  readonly name: string;
  readonly secret: Buffer;
  readonly createdAt: number;
  readonly locked: boolean;
  readonly listed: boolean;
  readonly options: string;
  readonly subject: string | undefined;
}

type Affiliation = "owner" | "admin" | "member" | "outcast";

/** A row of the table `affiliations`. */
export interface StoredAffiliation {
  readonly jid: string;
  readonly affiliation: Affiliation;
  readonly since: number;
  readonly nick: string | undefined;
  readonly reason: string | undefined;
  readonly invited: boolean;
  /** When the user left, in microseconds since 1970; undefined if messages don't invite the user again. */
  readonly leftAt?: number | undefined;
}

/** A row of the table `occupants`: a session inside a room. */
export interface StoredOccupant {
  readonly jid: string;
  readonly nick: string;
  readonly role: "moderator" | "participant" | "visitor";
  readonly presence: string;
  readonly presentAt: number;
  readonly isShown: boolean;
}

/** A bot that occupants see inside. */
export interface StoredRoomBot {
  /** The localpart of the bot's address. */
  readonly name: string;
  readonly nick: string;
  readonly affiliation: "owner" | "admin" | "member" | "none";
  /** The children of the bot's presence, as XML. */
  readonly presence: string;
}

/** A room with everything that the component holds in memory. */
export interface LoadedRoom extends StoredRoom {
  readonly bots: readonly StoredRoomBot[];
  readonly affiliations: readonly StoredAffiliation[];
  /** The occupants, sorted by the time of their last presence. */
  readonly occupants: readonly StoredOccupant[];
  /** The SHA-1 of each picture in the room's vCard, in hexadecimal. */
  readonly pictures: readonly string[];
  /** The change to which not all occupants conform yet, as JSON; undefined: none. */
  readonly changing: string | undefined;
}

/** A session inside a room, with the room's name. */
export interface StoredSession extends Pick<StoredRoom, "name">, Pick<StoredOccupant, "jid" | "nick"> {
  readonly room: number;
}

export type RoomName = Pick<StoredRoom, "id" | "name">;
/** A room in the service's public list. */
export type ListedRoom = Pick<StoredRoom, "id" | "name" | "options">;

/** A room with more messages, affiliations or occupants than this is deleted in steps. */
const MAX_AT_ONCE = 50;
/** How many affiliations or occupants a step deletes; this takes 2 ms. */
const STEP_USERS = 500;
/** How many messages a step deletes: fewer, because deleting one also changes the search index. */
const STEP_MESSAGES = 20;

/**
 * The query for a room by its name, with affiliations, occupants and pictures: one statement is faster than four, and
 * 10,000 rows in one JSON text are read three times as fast as separately.
 */
const LOADING = `SELECT *,
    (SELECT json_group_array(json_array(jid, affiliation, since, nick, reason, invited, left_at))
      FROM affiliations WHERE room = rooms.id) AS affiliations,
    (SELECT json_group_array(json_array(jid, nick, role, presence, present_at, shown))
      FROM occupants WHERE room = rooms.id) AS occupants,
    (SELECT pictures FROM room_vcards WHERE room = rooms.id) AS pictures,
    (SELECT change FROM rooms_changing WHERE room = rooms.id) AS changing
  FROM rooms WHERE name = ?`;

type RawRoom = StoredRoom &
  Readonly<Record<"affiliations" | "occupants", string>> &
  Readonly<Record<"bots" | "pictures" | "changing", string | undefined>>;

export class RoomsStore extends Store {
  /** Finds a room by the localpart of its address, without its affiliations and occupants. */
  readonly find = this.sql.rows<StoredRoom, [name: string]>("SELECT * FROM rooms WHERE name = ?").get;

  /** Finds a room with everything that the component holds in memory: also affiliations, occupants and pictures. */
  load(name: string): LoadedRoom | undefined {
    const raw = this.sql.rows<RawRoom>(LOADING).get(name);
    if (raw === undefined) return undefined;
    const { affiliations, occupants, bots = "[]", pictures = "", ...room } = raw;
    return {
      ...room,
      bots: JSON.parse(bots) as StoredRoomBot[],
      affiliations: affiliationsIn(affiliations),
      occupants: occupantsIn(occupants),
      pictures: pictures === "" ? [] : pictures.split(" "),
    };
  }

  put(room: StoredRoom): void {
    this.sql.put("rooms", ["id"], room);
  }

  /** Deletes a room. A large room only loses its name and leaves the public list; prune() deletes its rows. */
  remove(room: number): void {
    const isLarge = ["archive", "affiliations", "occupants"].some(
      (table) =>
        this.sql.from(`(SELECT 1 FROM ${table} WHERE room = ? LIMIT ?)`).count(room, MAX_AT_ONCE + 1) >
        MAX_AT_ONCE,
    );
    if (isLarge) {
      this.sql.run("UPDATE rooms SET name = '/' || id, listed = 0 WHERE id = ?", room);
      this.sql.run("INSERT OR IGNORE INTO rooms_being_deleted (room) VALUES (?)", room);
    } else this.sql.delete("rooms", { id: room });
  }

  /** Deletes some rows of a large deleted room. Returns whether more rows may remain. */
  prune(): boolean {
    const id = this.sql.values<number>("SELECT room FROM rooms_being_deleted LIMIT 1").get();
    if (id === undefined) return false;
    const step = (table: string, limit: number): boolean =>
      this.sql.changes(`DELETE FROM ${table} WHERE room = ? LIMIT ?`, id, limit) > 0;
    const isSome = step("archive", STEP_MESSAGES) || step("affiliations", STEP_USERS);
    if (!isSome && !step("occupants", STEP_USERS)) this.sql.delete("rooms", { id });
    return true;
  }

  // Thousands may be written in one step, and sql.put() would take longer.
  readonly #putAffiliation = this.sql.write(
    `INSERT INTO affiliations (room, jid, affiliation, since, nick, reason, invited, left_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (room, jid) DO UPDATE SET affiliation = excluded.affiliation, since = excluded.since,
        nick = excluded.nick, reason = excluded.reason, invited = excluded.invited,
        left_at = excluded.left_at`,
  ).run;

  putAffiliation(room: number, one: StoredAffiliation): void {
    const { jid, affiliation, since, nick, reason, invited, leftAt } = one;
    this.#putAffiliation(room, jid, affiliation, since, nick, reason, invited, leftAt);
  }

  readonly removeAffiliation = this.sql.write<[room: number, jid: string]>(
    "DELETE FROM affiliations WHERE room = ? AND jid = ?",
  ).run;

  setAllInvited(room: number, jids: readonly string[]): void {
    const sql = `UPDATE affiliations SET invited = 1, left_at = NULL
      WHERE room = ? AND jid IN (SELECT value FROM json_each(?))`;
    this.sql.run(sql, room, JSON.stringify(jids));
  }

  putOccupant(room: number, { isShown, ...occupant }: StoredOccupant): void {
    this.sql.put("occupants", ["room", "jid"], { room, ...occupant, shown: isShown });
  }

  readonly countOccupants = this.sql.from<[room: number]>(
    "(SELECT DISTINCT nick FROM occupants WHERE room = ?)",
  ).count;

  setBots(room: number, bots: readonly StoredRoomBot[]): void {
    this.sql.update("rooms", { id: room }, { bots: JSON.stringify(bots) });
  }

  readonly removeOccupant = this.sql.write<[room: number, jid: string]>(
    "DELETE FROM occupants WHERE room = ? AND jid = ?",
  ).run;

  /** Notes to which change a room's occupants must still conform; undefined: to none. */
  setChanging(room: number, change: string | undefined): void {
    if (change === undefined) this.sql.delete("rooms_changing", { room });
    else this.sql.put("rooms_changing", ["room"], { room, change });
  }

  readonly changing = this.sql.values<string, []>(
    `SELECT name FROM rooms_changing JOIN rooms ON rooms.id = room
      WHERE room NOT IN (SELECT room FROM rooms_being_deleted)`,
  ).all;

  /** Returns rooms of the public list whose names follow `name`, sorted by name. */
  readonly listedAfter = this.sql.rows<ListedRoom, [name: string, limit: number]>(
    "SELECT id, name, options FROM rooms WHERE listed = 1 AND name > ? ORDER BY name LIMIT ?",
  ).all;

  /** Returns the last rooms of the public list before `name` (undefined: of the whole list), sorted by name. */
  listedBefore(name: string | undefined, limit: number): ListedRoom[] {
    const sql = `SELECT id, name, options FROM rooms WHERE listed = 1 AND name < ifnull(?, X'')
      ORDER BY name DESC LIMIT ?`;
    return this.sql.rows<ListedRoom>(sql).all(name, limit).reverse();
  }

  /** Returns the names of locked rooms created before a time (milliseconds since 1970), the oldest first. */
  readonly lockedSince = this.sql.values<string, [before: number, limit: number]>(
    "SELECT name FROM rooms WHERE locked = 1 AND created_at < ? ORDER BY created_at LIMIT ?",
  ).all;

  /** Returns how many rooms a bare address owns; counting stops at `most`. */
  readonly countOwned = this.sql.from<[jid: string, most: number]>(
    `(SELECT 1 FROM affiliations WHERE jid = ? AND affiliation = 'owner'
      AND room NOT IN (SELECT room FROM rooms_being_deleted) LIMIT ?)`,
  ).count;
  readonly countListed = this.sql.from<[]>("rooms WHERE listed = 1").count;

  /** Counts rooms. Destroyed rooms that are still being deleted don't count. */
  count(): number {
    return this.sql.from<[]>("rooms").count() - this.sql.from<[]>("rooms_being_deleted").count();
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

export class RoomsVcards extends Store {
  readonly find = this.sql.values<string, [room: number]>("SELECT vcard FROM room_vcards WHERE room = ?").get;

  put(room: number, { vcard, pictures }: RoomVcard): void {
    this.sql.put("room_vcards", ["room"], { room, pictures: pictures.join(" "), vcard });
  }

  readonly remove = this.sql.write<[room: number]>("DELETE FROM room_vcards WHERE room = ?").run;
}

function affiliationsIn(json: string): StoredAffiliation[] {
  type Row = [string, Affiliation, number, string | null, string | null, number, number | null];
  return (JSON.parse(json) as Row[]).map(([jid, affiliation, since, nick, reason, invited, leftAt]) => ({
    jid,
    affiliation,
    since,
    nick: nick ?? undefined,
    reason: reason ?? undefined,
    invited: invited === 1,
    leftAt: leftAt ?? undefined,
  }));
}

function occupantsIn(json: string): StoredOccupant[] {
  const rows = JSON.parse(json) as [string, string, StoredOccupant["role"], string, number, number][];
  return rows
    .map(([jid, nick, role, presence, presentAt, shown]) => {
      return { jid, nick, role, presence, presentAt, isShown: shown === 1 };
    })
    .sort((one, other) => one.presentAt - other.presentAt);
}
