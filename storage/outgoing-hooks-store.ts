/** The rows of hooks that are told of what happens. Their secrets are kept as they are, as they have to sign. */
import { dataVersion, type Database } from "./database.js";

export interface StoredOutgoingHook {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  /** whsec_ and Base64, as Standard Webhooks has it. */
  readonly secret: string;
  /** What it is told of. */
  readonly events: readonly string[];
  /** Bare addresses; undefined: all. */
  readonly rooms: readonly string[] | undefined;
  /** What a text has to match; undefined: anything. */
  readonly pattern: string | undefined;
  readonly form: string;
  /** Inner addresses and networks that it may be at. */
  readonly inner: readonly string[];
  /** The localpart of the address of the bot that answers; undefined: nobody does. */
  readonly bot: string | undefined;
  /** Milliseconds since 1970, as all times here. */
  readonly madeAt: number;
  /** How many events wait, and their bytes. */
  readonly waiting: number;
  readonly bytes: number;
  /** How often in a row an event wasn't taken. */
  readonly failures: number;
  /** Nothing is posted before. */
  readonly retryAt: number;
  /** Why an event wasn't taken last. */
  readonly fault: string | undefined;
}

export type NewOutgoingHook = Omit<
  StoredOutgoingHook,
  "id" | "waiting" | "bytes" | "failures" | "retryAt" | "fault"
>;

interface RawHook {
  id: number;
  name: string;
  url: string;
  secret: string;
  events: string;
  rooms: string | null;
  pattern: string | null;
  form: string;
  inner: string;
  bot: string | null;
  made_at: number;
  waiting: number;
  bytes: number;
  failures: number;
  retry_at: number;
  fault: string | null;
}

export class OutgoingHooksStore {
  readonly #db: Database;
  readonly #version;
  readonly #find;
  readonly #tried;

  constructor(db: Database) {
    this.#db = db;
    this.#version = dataVersion(db);
    this.#find = db.prepare<[number], RawHook>("SELECT * FROM outgoing_hooks WHERE id = ?");
    this.#tried = db.prepare<[number, number, string | null, number]>(
      "UPDATE outgoing_hooks SET failures = ?, retry_at = ?, fault = ? WHERE id = ?",
    );
  }

  /** Another number after every change that another connection has made to the database. */
  get version(): number {
    return this.#version();
  }

  find(id: number): StoredOutgoingHook | undefined {
    const raw = this.#find.get(id);
    return raw && hook(raw);
  }

  named(name: string): StoredOutgoingHook | undefined {
    const raw = this.#db.prepare<[string], RawHook>("SELECT * FROM outgoing_hooks WHERE name = ?").get(name);
    return raw && hook(raw);
  }

  /** All, by name. */
  list(): StoredOutgoingHook[] {
    return this.#db.prepare<[], RawHook>("SELECT * FROM outgoing_hooks ORDER BY name").all().map(hook);
  }

  count(): number {
    return this.#db.prepare<[], number>("SELECT count(*) FROM outgoing_hooks").pluck().get() ?? 0;
  }

  /** @returns its id */
  add(made: NewOutgoingHook): number {
    const { name, url, secret, events, rooms, pattern, form, inner, bot, madeAt } = made;
    return Number(
      this.#db
        .prepare<(string | number | null)[]>(
          `INSERT INTO outgoing_hooks (name, url, secret, events, rooms, pattern, form, inner, bot, made_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          ...[name, url, secret, events.join(","), rooms?.join("\n") ?? null, pattern ?? null],
          ...[form, inner.join("\n"), bot ?? null, madeAt],
        ).lastInsertRowid,
    );
  }

  /** Another secret in place of the last. */
  renew(id: number, secret: string): void {
    this.#db.prepare<[string, number]>("UPDATE outgoing_hooks SET secret = ? WHERE id = ?").run(secret, id);
  }

  /** Notes how posting to it went: that it took something, or why not and until when it is left alone. */
  tried(
    id: number,
    outcome: { readonly failures: number; readonly retryAt: number; readonly fault: string | undefined },
  ): void {
    this.#tried.run(outcome.failures, outcome.retryAt, outcome.fault ?? null, id);
  }

  /** Lets what waits be posted now. */
  hurry(id: number): void {
    this.#db.prepare<[number]>("UPDATE outgoing_hooks SET retry_at = 0 WHERE id = ?").run(id);
  }

  /** Takes a hook away, with all that it was still to be told. */
  remove(id: number): void {
    this.#db.prepare<[number]>("DELETE FROM outgoing_hooks WHERE id = ?").run(id);
  }
}

function hook(raw: RawHook): StoredOutgoingHook {
  const { id, name, url, secret, form, waiting, bytes, failures } = raw;
  return {
    ...{ id, name, url, secret, form, waiting, bytes, failures },
    events: raw.events.split(","),
    rooms: raw.rooms?.split("\n"),
    pattern: raw.pattern ?? undefined,
    inner: raw.inner === "" ? [] : raw.inner.split("\n"),
    bot: raw.bot ?? undefined,
    madeAt: raw.made_at,
    retryAt: raw.retry_at,
    fault: raw.fault ?? undefined,
  };
}
