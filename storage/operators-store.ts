/** The rows of operators: who may use the console by token. Of tokens there are hashes only. */
import type { Database } from "./database.js";

export interface StoredOperator {
  readonly name: string;
  /** SHA-256 of the token. */
  readonly token: Buffer;
  /** Milliseconds since 1970, as all times here. */
  readonly madeAt: number;
  /** Undefined: never. */
  readonly expiresAt: number | undefined;
  /** The last login. */
  readonly usedAt: number | undefined;
}

interface RawOperator {
  name: string;
  token: Buffer;
  made_at: number;
  expires_at: number | null;
  used_at: number | null;
}

export class OperatorsStore {
  readonly #db: Database;
  readonly #find;

  constructor(db: Database) {
    this.#db = db;
    this.#find = db.prepare<[string], RawOperator>("SELECT * FROM operators WHERE name = ?");
  }

  find(name: string): StoredOperator | undefined {
    const raw = this.#find.get(name);
    return raw && operator(raw);
  }

  /** All, by name. */
  list(): StoredOperator[] {
    return this.#db.prepare<[], RawOperator>("SELECT * FROM operators ORDER BY name").all().map(operator);
  }

  /** False where there is one of this name. */
  add({ name, token, madeAt, expiresAt }: Omit<StoredOperator, "usedAt">): boolean {
    const sql = "INSERT OR IGNORE INTO operators (name, token, made_at, expires_at) VALUES (?, ?, ?, ?)";
    return this.#db.prepare(sql).run(name, token, madeAt, expiresAt ?? null).changes > 0;
  }

  noteUse(name: string, at: number): void {
    this.#db.prepare("UPDATE operators SET used_at = ? WHERE name = ?").run(at, name);
  }

  /** False where there was none. */
  remove(name: string): boolean {
    return this.#db.prepare("DELETE FROM operators WHERE name = ?").run(name).changes > 0;
  }
}

function operator(raw: RawOperator): StoredOperator {
  return {
    name: raw.name,
    token: raw.token,
    madeAt: raw.made_at,
    expiresAt: raw.expires_at ?? undefined,
    usedAt: raw.used_at ?? undefined,
  };
}
