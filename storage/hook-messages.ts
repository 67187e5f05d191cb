/** What hooks said: what became of it, by which a post is known that comes again, and what is still to be corrected. */
import type { Database } from "./database.js";

export interface HookMessage {
  /** The stanza's id. */
  readonly id: string;
  /** The hook's. */
  readonly hook: string;
  readonly receiver: string;
  /** Tells the same post; undefined: never taken for one. */
  readonly fingerprint: Buffer | undefined;
  /** Its first row in the outbox; undefined: there was nobody to tell. */
  readonly call: number | undefined;
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  /** The condition of the error that came back. */
  readonly bounce: string | undefined;
}

interface RawMessage {
  id: string;
  hook: string;
  receiver: string;
  fingerprint: Buffer | null;
  call: number | null;
  accepted_at: number;
  bounce: string | null;
}

/** How many of the oldest are looked at, to see whether they are too old, with every so many that come. */
const PRUNE_SLICE = 64;
const PRUNE_EVERY = 16;

export class HookMessages {
  readonly #put;
  readonly #find;
  readonly #same;
  readonly #said;
  readonly #bounce;
  readonly #prune;
  readonly #group;
  readonly #putGroup;
  readonly #dropGroup;
  readonly #pruneGroups;
  #puts = 0;

  constructor(db: Database) {
    this.#put = db.prepare<(string | number | Buffer | null)[]>(
      "INSERT INTO hook_messages (id, hook, receiver, fingerprint, call, accepted_at) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#find = db.prepare<[string, string], RawMessage>(
      "SELECT * FROM hook_messages WHERE id = ? AND hook = ?",
    );
    this.#same = db.prepare<[string, Buffer, number], RawMessage>(
      `SELECT * FROM hook_messages WHERE hook = ? AND fingerprint = ? AND accepted_at >= ?
        ORDER BY accepted_at DESC LIMIT 1`,
    );
    this.#said = db
      .prepare<[string, string], number>("SELECT 1 FROM hook_messages WHERE id = ? AND receiver = ?")
      .pluck();
    this.#bounce = db.prepare<[string, string, string]>(
      "UPDATE hook_messages SET bounce = ? WHERE id = ? AND receiver = ?",
    );
    this.#prune = db.prepare<[number, number]>(
      `DELETE FROM hook_messages WHERE accepted_at < ? AND rowid IN
        (SELECT rowid FROM hook_messages ORDER BY rowid LIMIT ?)`,
    );
    this.#group = db
      .prepare<[string, Buffer], string>("SELECT message FROM hook_groups WHERE hook = ? AND name = ?")
      .pluck();
    this.#putGroup = db.prepare<[string, Buffer, string, number]>(
      `INSERT INTO hook_groups (hook, name, message, said_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (hook, name) DO UPDATE SET message = excluded.message, said_at = excluded.said_at`,
    );
    this.#dropGroup = db.prepare<[string, Buffer]>("DELETE FROM hook_groups WHERE hook = ? AND name = ?");
    this.#pruneGroups = db.prepare<[number, number]>(
      `DELETE FROM hook_groups WHERE (hook, name) IN
        (SELECT hook, name FROM hook_groups WHERE said_at < ? LIMIT ?)`,
    );
  }

  /** @param keptFrom those accepted before go, some at a time. To be called inside a transaction, as all that writes. */
  put(
    { id, hook, receiver, fingerprint, call, acceptedAt }: Omit<HookMessage, "bounce">,
    keptFrom: number,
  ): void {
    this.#put.run(id, hook, receiver, fingerprint ?? null, call ?? null, acceptedAt);
    if (this.#puts++ % PRUNE_EVERY === 0) this.#prune.run(keptFrom, PRUNE_SLICE);
  }

  find(hook: string, id: string): HookMessage | undefined {
    return message(this.#find.get(id, hook));
  }

  /** The last of this fingerprint that was accepted since then. */
  same(hook: string, fingerprint: Buffer, since: number): HookMessage | undefined {
    return message(this.#same.get(hook, fingerprint, since));
  }

  /** Whether a hook said this to this receiver. */
  isKnown(id: string, receiver: string): boolean {
    return this.#said.get(id, receiver) !== undefined;
  }

  /** Notes an error that its receiver sent back. */
  bounced(id: string, receiver: string, condition: string): void {
    this.#bounce.run(condition, id, receiver);
  }

  /** The message that a group is to correct. */
  group(hook: string, name: Buffer): string | undefined {
    return this.#group.get(hook, name);
  }

  /** @param keptFrom groups of which nothing was said since then are forgotten, a few at a time */
  putGroup(
    hook: string,
    name: Buffer,
    said: { readonly message: string; readonly at: number },
    keptFrom: number,
  ): void {
    this.#putGroup.run(hook, name, said.message, said.at);
    this.#pruneGroups.run(keptFrom, PRUNE_SLICE);
  }

  dropGroup(hook: string, name: Buffer): void {
    this.#dropGroup.run(hook, name);
  }
}

function message(raw: RawMessage | undefined): HookMessage | undefined {
  if (raw === undefined) return undefined;
  return {
    id: raw.id,
    hook: raw.hook,
    receiver: raw.receiver,
    fingerprint: raw.fingerprint ?? undefined,
    call: raw.call ?? undefined,
    acceptedAt: raw.accepted_at,
    bounce: raw.bounce ?? undefined,
  };
}
