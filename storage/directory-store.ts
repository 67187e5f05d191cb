/** The directory's rows: hosts, and the people the company itself lists. */
import type { Database } from "./database.js";

export interface Person {
  /** The localpart of their address, normalised. */
  readonly local: string;
  readonly host: string;
  readonly name: string;
  /** Spellings of the name to be found by, "zhangsan|zs"; lower case. */
  readonly pinyin: string;
  /** An absolute URL, one relative to the clients' file server, or "". */
  readonly avatar: string;
  readonly department: string;
  readonly employed: boolean;
}

/** What is known of a person: absent fields stay as they are, or take their defaults in a new entry. */
export type PersonChange = Pick<Person, "local" | "host"> & Partial<Person>;

export type Saved = "added" | "changed" | "unchanged";

export interface Page {
  readonly host?: string | undefined;
  readonly employed?: boolean | undefined;
  readonly limit: number;
  readonly offset: number;
}

interface RawPerson {
  local: string;
  host: string;
  name: string;
  pinyin: string;
  avatar: string;
  department: string;
  employed: number;
}

const COLUMNS = "u.local, h.name AS host, u.name, u.pinyin, u.avatar, u.department, u.employed";
const PEOPLE = `SELECT ${COLUMNS} FROM users u JOIN hosts h ON h.id = u.host`;

export class DirectoryStore {
  readonly #db: Database;
  readonly #find;
  readonly #name;
  readonly #names;
  readonly #write;
  readonly #hostId;
  readonly #addHost;
  readonly #employed;
  readonly #remove;

  constructor(db: Database) {
    this.#db = db;
    this.#find = db.prepare<[string, string], RawPerson>(`${PEOPLE} WHERE h.name = ? AND u.local = ?`);
    this.#name = db
      .prepare<[string, string], string>(
        "SELECT u.name FROM users u JOIN hosts h ON h.id = u.host WHERE h.name = ? AND u.local = ?",
      )
      .pluck();
    this.#names = db
      .prepare<[string, string], string>(
        `SELECT json_group_array(u.name ORDER BY asked.key) FROM json_each(?) asked
         LEFT JOIN users u ON u.host = (SELECT id FROM hosts WHERE name = ?) AND u.local = asked.value`,
      )
      .pluck();
    this.#write = db.prepare<[number, string, string, string, string, string, number]>(
      `INSERT INTO users (host, local, name, pinyin, avatar, department, employed) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (host, local) DO UPDATE SET name = excluded.name, pinyin = excluded.pinyin,
         avatar = excluded.avatar, department = excluded.department, employed = excluded.employed`,
    );
    this.#hostId = db.prepare<[string], number>("SELECT id FROM hosts WHERE name = ?").pluck();
    this.#addHost = db.prepare<[string]>("INSERT INTO hosts (name) VALUES (?)");
    this.#employed = db
      .prepare<[string, string, number], string>(
        `SELECT u.local || '@' || h.name AS jid FROM users u JOIN hosts h ON h.id = u.host
         WHERE u.employed = 1 AND h.name IN (SELECT value FROM json_each(?)) AND jid > ? ORDER BY jid LIMIT ?`,
      )
      .pluck();
    this.#remove = db.prepare<[string, string]>(
      "DELETE FROM users WHERE local = ? AND host = (SELECT id FROM hosts WHERE name = ?)",
    );
  }

  find(local: string, host: string): Person | undefined {
    const raw = this.#find.get(host, local);
    return raw && person(raw);
  }

  /** Their name alone. */
  nameOf(local: string, host: string): string | undefined {
    return this.#name.get(host, local);
  }

  /** The names of many of one host, in the order asked for: three times faster than one by one. */
  namesOf(locals: readonly string[], host: string): (string | undefined)[] {
    const names = JSON.parse(this.#names.get(JSON.stringify(locals), host) ?? "[]") as (string | null)[];
    return names.map((name) => name ?? undefined);
  }

  /**
   * Adds a person or changes what is given; their host is added with them. Belongs in a transaction where there
   * are many.
   */
  save(change: PersonChange): Saved {
    const before = this.find(change.local, change.host);
    const after = merge(before, change);
    if (before !== undefined && same(before, after)) return "unchanged";
    const { local, name, pinyin, avatar, department, employed } = after;
    this.#write.run(this.addHost(after.host), local, name, pinyin, avatar, department, Number(employed));
    return before === undefined ? "added" : "changed";
  }

  /** Adds a host, or says what is known of it. @returns its number */
  addHost(name: string, description?: string): number {
    const id = this.#hostId.get(name) ?? Number(this.#addHost.run(name).lastInsertRowid);
    if (description !== undefined) {
      this.#db.prepare("UPDATE hosts SET description = ? WHERE id = ?").run(description, id);
    }
    return id;
  }

  /** False where there was nobody. */
  remove(local: string, host: string): boolean {
    return this.#remove.run(local, host).changes > 0;
  }

  hosts(): { readonly name: string; readonly description: string }[] {
    return this.#db
      .prepare<[], { name: string; description: string }>("SELECT name, description FROM hosts ORDER BY name")
      .all();
  }

  count(): number {
    return this.#db.prepare<[], number>("SELECT count(*) FROM users").pluck().get() ?? 0;
  }

  /** People by host and id. */
  list(page: Page): Person[] {
    const sql = `${PEOPLE} WHERE (@host IS NULL OR h.name = @host) AND (@employed IS NULL OR u.employed = @employed)
      ORDER BY h.name, u.local LIMIT @limit OFFSET @offset`;
    return this.#db.prepare<[object], RawPerson>(sql).all(filters(page)).map(person);
  }

  /** So many people of a host after this id, by id. */
  listAfter(host: string, after: string, limit: number): Person[] {
    const sql = `${PEOPLE} WHERE h.name = ? AND u.local > ? ORDER BY u.local LIMIT ?`;
    return this.#db.prepare<[string, string, number], RawPerson>(sql).all(host, after, limit).map(person);
  }

  /** Addresses of those employed at these hosts, by host and id: so many after this one ("": from the first). */
  employedAfter(hosts: readonly string[], after: string, limit: number): string[] {
    return this.#employed.all(JSON.stringify(hosts), after, limit);
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
    const sql = `${PEOPLE} WHERE (@host IS NULL OR h.name = @host) AND (@employed IS NULL OR u.employed = @employed)
      AND (u.local LIKE '%' || @like || '%' ESCAPE '\\' OR u.name LIKE '%' || @like || '%' ESCAPE '\\'
        OR (@spelling <> '' AND u.pinyin LIKE '%' || @spelling || '%' ESCAPE '\\'))
      ORDER BY CASE
        WHEN u.local = @word OR lower(u.name) = @word THEN 0
        WHEN '|' || u.pinyin || '|' LIKE '%|' || @spelling || '|%' ESCAPE '\\' THEN 1
        WHEN u.local LIKE @like || '%' ESCAPE '\\' OR u.name LIKE @like || '%' ESCAPE '\\' THEN 2
        WHEN '|' || u.pinyin LIKE '%|' || @spelling || '%' ESCAPE '\\' THEN 2
        ELSE 3 END, u.local, h.name
      LIMIT @limit OFFSET @offset`;
    return this.#db
      .prepare<[object], RawPerson>(sql)
      .all({ ...filters(page), word, like, spelling })
      .map(person);
  }
}

function filters({ host, employed, limit, offset }: Page): object {
  return { host: host ?? null, employed: employed === undefined ? null : Number(employed), limit, offset };
}

function person(raw: RawPerson): Person {
  return { ...raw, employed: raw.employed === 1 };
}

function merge(before: Person | undefined, change: PersonChange): Person {
  const blank = { name: change.local, pinyin: "", avatar: "", department: "", employed: true };
  return { ...blank, ...before, ...change };
}

function same(a: Person, b: Person): boolean {
  return (Object.keys(a) as (keyof Person)[]).every((key) => a[key] === b[key]);
}
