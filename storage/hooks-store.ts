/** The rows of hooks: addresses to which programs post what is to be said. Of their secrets there are hashes only. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

/** How much a hook takes; undefined: what the configuration says of all. */
export interface HookLimits {
  /** Posts in a second. */
  readonly rate: number | undefined;
  /** Of a post, at most. */
  readonly bodyBytes: number | undefined;
}

export interface StoredHook {
  /** The part of its address that may be known. */
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the part that may not. */
  readonly secret: Buffer;
  /** Bare address: a room, or somebody. */
  readonly receiver: string;
  /** A user's bare address; undefined: the bot speaks. */
  readonly sender: string | undefined;
  /** The localpart of the bot's address; undefined: the user speaks. */
  readonly bot: string | undefined;
  readonly format: string;
  /** Undefined: the format's own. */
  readonly template: string | undefined;
  /** Of the poster's HMAC; undefined: posts needn't be signed. */
  readonly signatureKey: string | undefined;
  /** Whether what is resolved corrects what was said of it before. */
  readonly corrects: boolean;
  readonly limits: HookLimits;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** Another secret, for a moment. */
  readonly test: { readonly secret: Buffer; readonly until: number } | undefined;
}

type RawHook = Omit<StoredHook, "limits" | "test"> &
  HookLimits & { readonly test: Buffer | undefined; readonly testUntil: number | undefined };

export class HooksStore {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** A number that changes whenever another connection has changed the database. */
  get version(): number {
    return this.#sql.version;
  }

  find(id: string): StoredHook | undefined {
    return this.#read("WHERE id = ?", id)[0];
  }

  named(name: string): StoredHook | undefined {
    return this.#read("WHERE name = ?", name)[0];
  }

  /** All, by name. */
  list(): StoredHook[] {
    return this.#read("ORDER BY name");
  }

  /** So many after the one of this name, by name. */
  listAfter(name: string, limit: number): StoredHook[] {
    return this.#read("WHERE name > ? ORDER BY name LIMIT ?", name, limit);
  }

  count(): number {
    return this.#sql.count("hooks");
  }

  add({ limits, ...hook }: Omit<StoredHook, "test">): void {
    const { id, name, secret, receiver, sender, bot, format, template, signatureKey, corrects, madeAt } =
      hook;
    this.#sql.run(
      `INSERT INTO hooks (id, name, secret, receiver, sender, bot, format, template, signature_key, corrects, made_at,
        rate, body_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, name, secret, receiver, sender, bot, format, template, signatureKey, corrects, madeAt],
      ...[limits.rate, limits.bodyBytes],
    );
  }

  /** Another secret in place of the last, and another key for signatures if there is one. */
  rotate(id: string, secret: Buffer, signatureKey: string | undefined): void {
    this.#sql.run("UPDATE hooks SET secret = ?, signature_key = ? WHERE id = ?", secret, signatureKey, id);
  }

  /** Lets another secret in, too, until then. */
  allowTest(id: string, secret: Buffer, until: number): void {
    this.#sql.run("UPDATE hooks SET test = ?, test_until = ? WHERE id = ?", secret, until, id);
  }

  endTest(id: string): void {
    this.#sql.run("UPDATE hooks SET test = NULL, test_until = NULL WHERE id = ?", id);
  }

  /** Changes where it posts, and how. */
  set(hook: Pick<StoredHook, "id" | "receiver" | "format" | "template" | "limits">): void {
    const { id, receiver, format, template, limits } = hook;
    this.#sql.run(
      "UPDATE hooks SET receiver = ?, format = ?, template = ?, rate = ?, body_bytes = ? WHERE id = ?",
      ...[receiver, format, template, limits.rate, limits.bodyBytes, id],
    );
  }

  remove(id: string): void {
    this.#sql.run("DELETE FROM hooks WHERE id = ?", id);
  }

  #read(which: string, ...values: readonly (string | number)[]): StoredHook[] {
    return this.#sql
      .rows<RawHook>(`SELECT * FROM hooks ${which}`)
      .all(...values)
      .map(hook);
  }
}

function hook({ rate, bodyBytes, test, testUntil: until, ...rest }: RawHook): StoredHook {
  return {
    ...rest,
    limits: { rate, bodyBytes },
    test: test === undefined || until === undefined ? undefined : { secret: test, until },
  };
}
