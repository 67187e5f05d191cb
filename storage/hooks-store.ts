/** The rows of hooks: addresses to which programs post what is to be said. Of their secrets there are hashes only. */
import { dataVersion, type Database } from "./database.js";

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

interface RawHook {
  id: string;
  name: string;
  secret: Buffer;
  receiver: string;
  sender: string | null;
  bot: string | null;
  format: string;
  template: string | null;
  signature_key: string | null;
  corrects: number;
  made_at: number;
  test: Buffer | null;
  test_until: number | null;
  rate: number | null;
  body_bytes: number | null;
}

export class HooksStore {
  readonly #db: Database;
  readonly #find;
  readonly #version;

  constructor(db: Database) {
    this.#db = db;
    this.#find = db.prepare<[string], RawHook>("SELECT * FROM hooks WHERE id = ?");
    this.#version = dataVersion(db);
  }

  /** Another number after every change that another connection has made to the database. */
  get version(): number {
    return this.#version();
  }

  find(id: string): StoredHook | undefined {
    const raw = this.#find.get(id);
    return raw && hook(raw);
  }

  named(name: string): StoredHook | undefined {
    const raw = this.#db.prepare<[string], RawHook>("SELECT * FROM hooks WHERE name = ?").get(name);
    return raw && hook(raw);
  }

  /** All, by name. */
  list(): StoredHook[] {
    return this.#db.prepare<[], RawHook>("SELECT * FROM hooks ORDER BY name").all().map(hook);
  }

  /** So many after the one of this name, by name. */
  listAfter(name: string, limit: number): StoredHook[] {
    const sql = "SELECT * FROM hooks WHERE name > ? ORDER BY name LIMIT ?";
    return this.#db.prepare<[string, number], RawHook>(sql).all(name, limit).map(hook);
  }

  count(): number {
    return this.#db.prepare<[], number>("SELECT count(*) FROM hooks").pluck().get() ?? 0;
  }

  add(hook: Omit<StoredHook, "test">): void {
    this.#db
      .prepare<(string | number | Buffer | null)[]>(
        `INSERT INTO hooks (id, name, secret, receiver, sender, bot, format, template, signature_key, corrects, made_at,
          rate, body_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        hook.id,
        hook.name,
        hook.secret,
        hook.receiver,
        hook.sender ?? null,
        hook.bot ?? null,
        hook.format,
        hook.template ?? null,
        hook.signatureKey ?? null,
        Number(hook.corrects),
        hook.madeAt,
        hook.limits.rate ?? null,
        hook.limits.bodyBytes ?? null,
      );
  }

  /** Another secret in place of the last, and another key for signatures where there is one. */
  renew(id: string, secret: Buffer, signatureKey: string | undefined): void {
    this.#db
      .prepare<[Buffer, string | null, string]>("UPDATE hooks SET secret = ?, signature_key = ? WHERE id = ?")
      .run(secret, signatureKey ?? null, id);
  }

  /** Lets another secret in, too, until then. */
  allowTest(id: string, secret: Buffer, until: number): void {
    this.#db
      .prepare<[Buffer, number, string]>("UPDATE hooks SET test = ?, test_until = ? WHERE id = ?")
      .run(secret, until, id);
  }

  endTest(id: string): void {
    this.#db.prepare<[string]>("UPDATE hooks SET test = NULL, test_until = NULL WHERE id = ?").run(id);
  }

  /** Changes where it posts, and how. */
  set({
    id,
    receiver,
    format,
    template,
    limits,
  }: Pick<StoredHook, "id" | "receiver" | "format" | "template" | "limits">): void {
    this.#db
      .prepare<(string | number | null)[]>(
        "UPDATE hooks SET receiver = ?, format = ?, template = ?, rate = ?, body_bytes = ? WHERE id = ?",
      )
      .run(receiver, format, template ?? null, limits.rate ?? null, limits.bodyBytes ?? null, id);
  }

  remove(id: string): void {
    this.#db.prepare<[string]>("DELETE FROM hooks WHERE id = ?").run(id);
  }
}

function hook(raw: RawHook): StoredHook {
  const { test, test_until: until } = raw;
  return {
    id: raw.id,
    name: raw.name,
    secret: raw.secret,
    receiver: raw.receiver,
    sender: raw.sender ?? undefined,
    bot: raw.bot ?? undefined,
    format: raw.format,
    template: raw.template ?? undefined,
    signatureKey: raw.signature_key ?? undefined,
    corrects: raw.corrects === 1,
    limits: { rate: raw.rate ?? undefined, bodyBytes: raw.body_bytes ?? undefined },
    madeAt: raw.made_at,
    test: test === null || until === null ? undefined : { secret: test, until },
  };
}
