/** The tables of the company's directory: hosts and people. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface Person {
  /** The localpart of their address, normalised. */
  readonly local: string;
  readonly host: string;
  readonly name: string;
  /** Spellings for the search, "zhangsan|zs"; lower case. */
  readonly pinyin: string;
  /** An absolute URL, one relative to the clients' file server, or "". */
  readonly avatar: string;
  readonly department: string;
  readonly employed: boolean;
}

/** A change of a person: absent fields stay unchanged, or take their defaults in a new entry. */
export type PersonChange = Pick<Person, "local" | "host"> & Partial<Person>;

export type Saved = "added" | "changed" | "unchanged";

export interface Page {
  readonly host?: string | undefined;
  readonly employed?: boolean | undefined;
  readonly limit: number;
  readonly offset: number;
}

const COLUMNS = "u.local, h.name AS host, u.name, u.pinyin, u.avatar, u.department, u.employed";
const PEOPLE = `SELECT ${COLUMNS} FROM users u JOIN hosts h ON h.id = u.host`;

const FILTERS = "(@host IS NULL OR h.name = @host) AND (@employed IS NULL OR u.employed = @employed)";

export class DirectoryStore {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  find(local: string, host: string): Person | undefined {
    return this.#sql.rows<Person>(`${PEOPLE} WHERE h.name = ? AND u.local = ?`).get(host, local);
  }

  /** A person's name. */
  nameOf(local: string, host: string): string | undefined {
    const sql = "SELECT u.name FROM users u JOIN hosts h ON h.id = u.host WHERE h.name = ? AND u.local = ?";
    return this.#sql.values<string>(sql).get(host, local);
  }

  /** The names of many people of a host, in the given order: three times as fast as single queries. */
  namesOf(locals: readonly string[], host: string): (string | undefined)[] {
    const sql = `SELECT json_group_array(u.name ORDER BY asked.key) FROM json_each(?) asked
      LEFT JOIN users u ON u.host = (SELECT id FROM hosts WHERE name = ?) AND u.local = asked.value`;
    const json = this.#sql.values<string>(sql).get(JSON.stringify(locals), host) ?? "[]";
    return (JSON.parse(json) as (string | null)[]).map((name) => name ?? undefined);
  }

  /** Adds or changes a person, and adds the host if it is new. Use a transaction for many. */
  save(change: PersonChange): Saved {
    const before = this.find(change.local, change.host);
    const after = merge(before, change);
    if (before !== undefined && same(before, after)) return "unchanged";
    const { local, name, pinyin, avatar, department, employed } = after;
    this.#sql.run(
      `INSERT INTO users (host, local, name, pinyin, avatar, department, employed) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (host, local) DO UPDATE SET name = excluded.name, pinyin = excluded.pinyin,
         avatar = excluded.avatar, department = excluded.department, employed = excluded.employed`,
      ...[this.addHost(after.host), local, name, pinyin, avatar, department, employed],
    );
    return before === undefined ? "added" : "changed";
  }

  /** Adds a host, or changes its description. @returns its id */
  addHost(name: string, description?: string): number {
    const known = this.#sql.values<number>("SELECT id FROM hosts WHERE name = ?").get(name);
    const id = known ?? Number(this.#sql.run("INSERT INTO hosts (name) VALUES (?)", name).lastInsertRowid);
    if (description !== undefined) {
      this.#sql.run("UPDATE hosts SET description = ? WHERE id = ?", description, id);
    }
    return id;
  }

  /** Removes a person; false if there is none. */
  remove(local: string, host: string): boolean {
    const sql = "DELETE FROM users WHERE local = ? AND host = (SELECT id FROM hosts WHERE name = ?)";
    return this.#sql.changes(sql, local, host) > 0;
  }

  hosts(): { readonly name: string; readonly description: string }[] {
    return this.#sql
      .rows<{ name: string; description: string }>("SELECT name, description FROM hosts ORDER BY name")
      .all();
  }

  count(): number {
    return this.#sql.count("users");
  }

  /** People by host and id. */
  list(page: Page): Person[] {
    const sql = `${PEOPLE} WHERE ${FILTERS} ORDER BY h.name, u.local LIMIT @limit OFFSET @offset`;
    return this.#sql.rows<Person>(sql).all(filters(page));
  }

  /** People of a host after this id, by id. */
  listAfter(host: string, after: string, limit: number): Person[] {
    const sql = `${PEOPLE} WHERE h.name = ? AND u.local > ? ORDER BY u.local LIMIT ?`;
    return this.#sql.rows<Person>(sql).all(host, after, limit);
  }

  /** Addresses of employed people at these hosts, sorted: those after `after` ("": from the first). */
  employedAfter(hosts: readonly string[], after: string, limit: number): string[] {
    const sql = `SELECT u.local || '@' || h.name AS jid FROM users u JOIN hosts h ON h.id = u.host
      WHERE u.employed = 1 AND h.name IN (SELECT value FROM json_each(?)) AND jid > ? ORDER BY jid LIMIT ?`;
    return this.#sql.values<string>(sql).all(JSON.stringify(hosts), after, limit);
  }

  /**
   * People whose id, name or pinyin holds the text; exact matches first, then beginnings. It reads every entry:
   * 15 ms for 100,000, on the command line only.
   */
  search(text: string, page: Page): Person[] {
    const word = text.normalize("NFC").trim().toLowerCase();
    const like = word.replace(/[\\%_]/g, "\\$&");
    // "Zhang San" is found as zhangsan.
    const spelling = like.replace(/[\s'’-]/g, "");
    const sql = `${PEOPLE} WHERE ${FILTERS}
      AND (u.local LIKE '%' || @like || '%' ESCAPE '\\' OR u.name LIKE '%' || @like || '%' ESCAPE '\\'
        OR (@spelling <> '' AND u.pinyin LIKE '%' || @spelling || '%' ESCAPE '\\'))
      ORDER BY CASE
        WHEN u.local = @word OR lower(u.name) = @word THEN 0
        WHEN '|' || u.pinyin || '|' LIKE '%|' || @spelling || '|%' ESCAPE '\\' THEN 1
        WHEN u.local LIKE @like || '%' ESCAPE '\\' OR u.name LIKE @like || '%' ESCAPE '\\' THEN 2
        WHEN '|' || u.pinyin LIKE '%|' || @spelling || '%' ESCAPE '\\' THEN 2
        ELSE 3 END, u.local, h.name
      LIMIT @limit OFFSET @offset`;
    return this.#sql.rows<Person>(sql).all({ ...filters(page), word, like, spelling });
  }
}

function filters({ host, employed, limit, offset }: Page): Readonly<Record<keyof Page, Page[keyof Page]>> {
  return { host, employed, limit, offset };
}

function merge(before: Person | undefined, change: PersonChange): Person {
  const blank = { name: change.local, pinyin: "", avatar: "", department: "", employed: true };
  return { ...blank, ...before, ...change };
}

function same(a: Person, b: Person): boolean {
  return (Object.keys(a) as (keyof Person)[]).every((key) => a[key] === b[key]);
}
