/** Stores incoming webhooks, with hashes of their secrets. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

/** A hook's own limits; undefined: those of the configuration. */
export interface HookLimits {
  /** Posts per second. */
  readonly rate: number | undefined;
  /** The most bytes of a post. */
  readonly bodyBytes: number | undefined;
}

export interface StoredHook {
  /** The public part of its address. */
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the secret part. */
  readonly secret: Buffer;
  /** The bare address of a room or a user. */
  readonly receiver: string;
  /** A user's bare address; undefined if the sender is the bot. */
  readonly sender: string | undefined;
  /** The localpart of the bot's address; undefined if the sender is the user. */
  readonly bot: string | undefined;
  readonly format: string;
  /** Undefined: the format's own. */
  readonly template: string | undefined;
  /** The key of the posts' HMAC; undefined: posts needn't be signed. */
  readonly signatureKey: string | undefined;
  /** Whether resolved alerts correct their message. */
  readonly corrects: boolean;
  readonly limits: HookLimits;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** A temporary second secret. */
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

  /** Returns all webhooks, sorted by name. */
  list(): StoredHook[] {
    return this.#read("ORDER BY name");
  }

  /** Returns the webhooks after this name, sorted by name. */
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

  /** Replaces the secret and the key of signatures. */
  rotate(id: string, secret: Buffer, signatureKey: string | undefined): void {
    this.#sql.run("UPDATE hooks SET secret = ?, signature_key = ? WHERE id = ?", secret, signatureKey, id);
  }

  /** Accepts a second secret until then. */
  allowTest(id: string, secret: Buffer, until: number): void {
    this.#sql.run("UPDATE hooks SET test = ?, test_until = ? WHERE id = ?", secret, until, id);
  }

  endTest(id: string): void {
    this.#sql.run("UPDATE hooks SET test = NULL, test_until = NULL WHERE id = ?", id);
  }

  /** Changes receiver, format, template and limits. */
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
