/** The rows of operators: who may use the console by token. Of tokens there are hashes only. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

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

export class OperatorsStore {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  find(name: string): StoredOperator | undefined {
    return this.#sql.rows<StoredOperator>("SELECT * FROM operators WHERE name = ?").get(name);
  }

  /** All, by name. */
  list(): StoredOperator[] {
    return this.#sql.rows<StoredOperator>("SELECT * FROM operators ORDER BY name").all();
  }

  /** False if there is one of this name. */
  add({ name, token, madeAt, expiresAt }: Omit<StoredOperator, "usedAt">): boolean {
    const sql = "INSERT OR IGNORE INTO operators (name, token, made_at, expires_at) VALUES (?, ?, ?, ?)";
    return this.#sql.changes(sql, name, token, madeAt, expiresAt) > 0;
  }

  noteUse(name: string, at: number): void {
    this.#sql.run("UPDATE operators SET used_at = ? WHERE name = ?", at, name);
  }

  /** False if there was none. */
  remove(name: string): boolean {
    return this.#sql.changes("DELETE FROM operators WHERE name = ?", name) > 0;
  }
}
