/** Stores operators, who log in to the console, with hashes of their tokens. */
import { Store } from "./sql.js";

/** A row of the table `operators`. */
export interface StoredOperator {
  readonly name: string;
  readonly token: Buffer;
  readonly madeAt: number;
  readonly expiresAt: number | undefined;
  readonly usedAt: number | undefined;
  /** The rights, separated by commas. */
  readonly may: string;
}

export class OperatorsStore extends Store {
  readonly find = this.sql.rows<StoredOperator, [name: string]>("SELECT * FROM operators WHERE name = ?").get;
  readonly list = this.sql.rows<StoredOperator, []>("SELECT * FROM operators ORDER BY name").all;

  /** Adds an operator. Returns false if the name is taken. */
  add(operator: Omit<StoredOperator, "usedAt">): boolean {
    if (this.find(operator.name) !== undefined) return false;
    this.sql.insert("operators", operator);
    return true;
  }

  noteUse(name: string, at: number): void {
    this.sql.update("operators", { name }, { usedAt: at });
  }

  readonly remove = this.sql.write<[name: string]>("DELETE FROM operators WHERE name = ?").some;
}
