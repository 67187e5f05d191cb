/** Stores incoming webhooks, with a hash of each webhook's secret instead of the secret. */
import { Store } from "./sql.js";

/** The limits of one webhook: posts per second, and bytes of a post's body. Undefined: the configured limit applies. */
export interface HookLimits {
  readonly rate: number | undefined;
  readonly bodyBytes: number | undefined;
}

/** An incoming webhook. */
export interface StoredHook {
  /** The first, public part of the webhook's path /hooks/ID/SECRET. */
  readonly id: string;
  readonly name: string;
  /** The SHA-256 of the second, secret part of the path. */
  readonly secret: Buffer;
  /** The bare address of the room or user to which messages are sent. */
  readonly receiver: string;
  /** The bare address of the user in whose name messages are sent; undefined if a bot sends. */
  readonly sender: string | undefined;
  /** The localpart of the address of the bot that sends; undefined if a user is the sender. */
  readonly bot: string | undefined;
  readonly format: string;
  /** The template of the message's text; undefined: the format's default. */
  readonly template: string | undefined;
  /** The key of the HMAC with which posts are signed; undefined: posts needn't be signed. */
  readonly signatureKey: string | undefined;
  /** Whether the message about an alert is corrected (XEP-0308) when the alert is resolved. */
  readonly corrects: boolean;
  /** Whether such a correction is followed by a short message that replies to it (XEP-0461). */
  readonly announces: boolean;
  readonly limits: HookLimits;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

type RawHook = Omit<StoredHook, "limits"> & HookLimits;

export class HooksStore extends Store {
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

  count(): number {
    return this.sql.count("hooks");
  }

  add({ limits, ...hook }: StoredHook): void {
    const { id, name, secret, receiver, sender, bot, format, template, signatureKey, corrects, madeAt } =
      hook;
    this.sql.run(
      `INSERT INTO hooks (id, name, secret, receiver, sender, bot, format, template, signature_key, corrects, made_at,
        rate, body_bytes, announces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, name, secret, receiver, sender, bot, format, template, signatureKey, corrects, madeAt],
      ...[limits.rate, limits.bodyBytes, hook.announces],
    );
  }

  /** Replaces the hash of the secret, and the key of signatures. */
  rotate(id: string, secret: Buffer, signatureKey: string | undefined): void {
    this.sql.run("UPDATE hooks SET secret = ?, signature_key = ? WHERE id = ?", secret, signatureKey, id);
  }

  set(
    hook: Pick<StoredHook, "id" | "receiver" | "format" | "template" | "limits" | "corrects" | "announces">,
  ): void {
    const { id, receiver, format, template, limits, corrects, announces } = hook;
    this.sql.run(
      `UPDATE hooks SET receiver = ?, format = ?, template = ?, corrects = ?, announces = ?, rate = ?, body_bytes = ?
        WHERE id = ?`,
      ...[receiver, format, template, corrects, announces, limits.rate, limits.bodyBytes, id],
    );
  }

  remove(id: string): void {
    this.sql.run("DELETE FROM hooks WHERE id = ?", id);
  }

  #read(which: string, ...values: readonly (string | number)[]): StoredHook[] {
    return this.sql
      .rows<RawHook>(`SELECT * FROM hooks ${which}`)
      .all(...values)
      .map(hook);
  }
}

function hook({ rate, bodyBytes, ...rest }: RawHook): StoredHook {
  return { ...rest, limits: { rate, bodyBytes } };
}
