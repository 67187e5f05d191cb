/** Rooms as their operators look at them, and how much belongs to each. */
import type { Database } from "./database.js";
import type { StoredAffiliation, StoredOccupant } from "./rooms-store.js";
import { Sql } from "./sql.js";

export interface RoomsFilter {
  /** Only those that are shown in the service's list. */
  readonly listed: boolean;
  /** Only those that this account owns; bare. */
  readonly owner?: string | undefined;
  /** Only those of which this account is a member or more; bare. */
  readonly member?: string | undefined;
  readonly limit: number;
}

export interface FoundRoom {
  readonly id: number;
  /** The localpart of its address. */
  readonly name: string;
  /** JSON. */
  readonly options: string;
}

export interface RoomSize {
  /** How many have each affiliation. */
  readonly affiliations: Readonly<Record<StoredAffiliation["affiliation"], number>>;
  /** How many sessions are inside. */
  readonly sessions: number;
}

export interface ArchiveSize {
  readonly messages: number;
  /** When the first and the last were said, in microseconds since 1970; undefined if there are none. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

export class RoomsOverview {
  readonly #sql: Sql;

  constructor(private readonly db: Database) {
    this.#sql = new Sql(db);
  }

  /** Rooms by name, those after this one. Without an account in the filter, it reads no more than it returns. */
  list(filter: RoomsFilter, after: string): FoundRoom[] {
    const sql = `SELECT id, name, options FROM rooms WHERE ${conditions(filter)} AND name > @after
      ORDER BY name LIMIT @limit`;
    return this.#sql.rows<FoundRoom>(sql).all({ ...parameters(filter), after });
  }

  /**
   * Rooms whose name or title holds the text; exact matches first, then beginnings. It reads every room that passes
   * the filter: a third of a second for 100,000.
   * @param titleOf reads the title in a room's options
   */
  search(text: string, filter: RoomsFilter, titleOf: (options: string) => string): FoundRoom[] {
    const plain = (title: string): string => title.normalize("NFC").trim().toLowerCase();
    this.db.function("plain_title", { deterministic: true }, (options) => plain(titleOf(String(options))));
    const sql = `WITH titled AS MATERIALIZED
        (SELECT id, name, plain_title(options) AS title FROM rooms WHERE ${conditions(filter)}),
      found AS (SELECT id, CASE
          WHEN name = @word OR title = @word THEN 0
          WHEN instr(name, @word) = 1 OR instr(title, @word) = 1 THEN 1
          ELSE 2 END AS rank
        FROM titled WHERE instr(name, @word) > 0 OR instr(title, @word) > 0 ORDER BY rank, name LIMIT @limit)
      SELECT rooms.id, rooms.name, rooms.options FROM found JOIN rooms ON rooms.id = found.id
      ORDER BY rank, rooms.name`;
    return this.#sql.rows<FoundRoom>(sql).all({ ...parameters(filter), word: plain(text) });
  }

  /** The names of the rooms that have occupants. It reads all sessions. */
  occupied(): string[] {
    const sql = "SELECT name FROM rooms WHERE id IN (SELECT room FROM occupants) ORDER BY name";
    return this.#sql.values<string>(sql).all();
  }

  sizeOf(room: number): RoomSize {
    const affiliations = { owner: 0, admin: 0, member: 0, outcast: 0 };
    const sql = "SELECT affiliation, count(*) AS count FROM affiliations WHERE room = ? GROUP BY affiliation";
    const counts = this.#sql.rows<{ affiliation: StoredAffiliation["affiliation"]; count: number }>(sql);
    for (const { affiliation, count } of counts.all(room)) affiliations[affiliation] = count;
    return { affiliations, sessions: this.#sql.count("occupants WHERE room = ?", room) };
  }

  /** The first so many of an affiliation, in the order in which they came; bare addresses. */
  ofAffiliation(room: number, affiliation: StoredAffiliation["affiliation"], limit: number): string[] {
    const sql = "SELECT jid FROM affiliations WHERE room = ? AND affiliation = ? ORDER BY since, jid LIMIT ?";
    return this.#sql.values<string>(sql).all(room, affiliation, limit);
  }

  /** So many of the sessions inside, in the order in which their last presences came. */
  sessionsOf(room: number, limit: number): Pick<StoredOccupant, "jid" | "nick" | "role">[] {
    const sql = "SELECT jid, nick, role FROM occupants WHERE room = ? ORDER BY present_at, jid LIMIT ?";
    return this.#sql.rows<Pick<StoredOccupant, "jid" | "nick" | "role">>(sql).all(room, limit);
  }

  /** How much is in a room's archive: 10 ms for 200,000 messages, by the index alone. */
  archiveOf(room: number): ArchiveSize {
    const sql =
      "SELECT count(*) AS messages, min(id) AS first, max(id) AS last FROM archive WHERE room = ? AND kept = 1";
    return this.#sql.rows<ArchiveSize>(sql).get(room) ?? { messages: 0, first: undefined, last: undefined };
  }

  /** How many bytes the messages in a room's archive have; it reads them all. */
  archiveBytes(room: number): number {
    const sql = "SELECT sum(octet_length(stanza)) FROM archive WHERE room = ? AND kept = 1";
    return this.#sql.values<number>(sql).get(room) ?? 0;
  }
}

/** What is left of destroyed rooms is none. */
function conditions({ listed, owner, member }: RoomsFilter): string {
  const rooms = "SELECT room FROM affiliations WHERE jid";
  return [
    "id NOT IN (SELECT room FROM rooms_being_deleted)",
    ...(listed ? ["listed = 1"] : []),
    ...(owner === undefined ? [] : [`id IN (${rooms} = @owner AND affiliation = 'owner')`]),
    ...(member === undefined ? [] : [`id IN (${rooms} = @member AND affiliation <> 'outcast')`]),
  ].join(" AND ");
}

function parameters({
  owner,
  member,
  limit,
}: RoomsFilter): Readonly<Record<"owner" | "member" | "limit", string | number | undefined>> {
  return { owner, member, limit };
}

/** Totals for metrics. */
export class RoomsCount {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  get rooms(): number {
    return this.#sql.count("rooms") - this.#sql.count("rooms_being_deleted");
  }

  /** When the oldest archived message was sent, in microseconds since 1970; 0 if there is none. */
  get oldestMessage(): number {
    return this.#sql.values<number>("SELECT min(id) FROM archive").get() ?? 0;
  }

  /** Sessions: a user may be in a room with several. */
  get occupants(): number {
    return this.#sql.count("occupants");
  }
}
