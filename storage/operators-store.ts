/** The table of operators, who log in to the console by token. Only hashes of tokens are stored. */
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
  /** The time of the last login. */
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

  /** All operators, by name. */
  list(): StoredOperator[] {
    return this.#sql.rows<StoredOperator>("SELECT * FROM operators ORDER BY name").all();
  }

  /** Adds an operator; false if the name is taken. */
  add({ name, token, madeAt, expiresAt }: Omit<StoredOperator, "usedAt">): boolean {
    const sql = "INSERT OR IGNORE INTO operators (name, token, made_at, expires_at) VALUES (?, ?, ?, ?)";
    return this.#sql.changes(sql, name, token, madeAt, expiresAt) > 0;
  }

  noteUse(name: string, at: number): void {
    this.#sql.run("UPDATE operators SET used_at = ? WHERE name = ?", at, name);
  }

  /** Removes an operator; false if there is none of this name. */
  remove(name: string): boolean {
    return this.#sql.changes("DELETE FROM operators WHERE name = ?", name) > 0;
  }
}
