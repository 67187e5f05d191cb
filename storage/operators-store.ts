/** Stores operators, who log in to the console with a token. Of a token only a hash is stored. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface StoredOperator {
  readonly name: string;
  /** The SHA-256 of the token. */
  readonly token: Buffer;
  /** When the operator was added, in milliseconds since 1970. */
  readonly madeAt: number;
  /** When the token expires, in milliseconds since 1970; undefined: never. */
  readonly expiresAt: number | undefined;
  /** The time of the last login, in milliseconds since 1970; undefined if the operator never logged in. */
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

  /** Returns all operators, sorted by name. */
  list(): StoredOperator[] {
    return this.#sql.rows<StoredOperator>("SELECT * FROM operators ORDER BY name").all();
  }

  /** Adds an operator. Returns false if the name is taken. */
  add({ name, token, madeAt, expiresAt }: Omit<StoredOperator, "usedAt">): boolean {
    const sql = "INSERT OR IGNORE INTO operators (name, token, made_at, expires_at) VALUES (?, ?, ?, ?)";
    return this.#sql.changes(sql, name, token, madeAt, expiresAt) > 0;
  }

  /** Stores the time of a login, in milliseconds since 1970. */
  noteUse(name: string, at: number): void {
    this.#sql.run("UPDATE operators SET used_at = ? WHERE name = ?", at, name);
  }

  /** Removes an operator. Returns false if no operator has this name. */
  remove(name: string): boolean {
    return this.#sql.changes("DELETE FROM operators WHERE name = ?", name) > 0;
  }
}
