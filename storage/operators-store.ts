/** Stores operators, who log in to the console, with hashes of their tokens. Times are in milliseconds since 1970. */
import { Store } from "./sql.js";

export interface StoredOperator {
  readonly name: string;
  /** The SHA-256 of the token. */
  readonly token: Buffer;
  readonly madeAt: number;
  /** When the token expires; undefined: never. */
  readonly expiresAt: number | undefined;
  /** The time of the last login; undefined: never. */
  readonly usedAt: number | undefined;
}

export class OperatorsStore extends Store {
  find(name: string): StoredOperator | undefined {
    return this.sql.rows<StoredOperator>("SELECT * FROM operators WHERE name = ?").get(name);
  }

  /** Returns all operators, sorted by name. */
  list(): StoredOperator[] {
    return this.sql.rows<StoredOperator>("SELECT * FROM operators ORDER BY name").all();
  }

  /** Adds an operator. Returns false if the name is taken. */
  add({ name, token, madeAt, expiresAt }: Omit<StoredOperator, "usedAt">): boolean {
    const sql = "INSERT OR IGNORE INTO operators (name, token, made_at, expires_at) VALUES (?, ?, ?, ?)";
    return this.sql.changes(sql, name, token, madeAt, expiresAt) > 0;
  }

  noteUse(name: string, at: number): void {
    this.sql.run("UPDATE operators SET used_at = ? WHERE name = ?", at, name);
  }

  /** Removes an operator; false if unknown. */
  remove(name: string): boolean {
    return this.sql.changes("DELETE FROM operators WHERE name = ?", name) > 0;
  }
}
