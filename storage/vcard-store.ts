/** The tables of cached vCards and their images. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface CachedVcard {
  /** Undefined if the user has no vCard. */
  readonly name: string | undefined;
  /** The URL of an external picture, or "". */
  readonly avatar: string;
  /** The file name of the stored image; undefined if the vCard has none. */
  readonly image: string | undefined;
  /** Milliseconds since 1970; after that it is requested again. */
  readonly expiresAt: number;
}

export interface Image {
  /** The hex SHA-256 with the type's extension: "2048…af.jpg". */
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  readonly bytes: Buffer;
}

const PRUNE_SLICE = 200;

export class VcardStore {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** The vCard of a bare address, expired or not. */
  find(jid: string): CachedVcard | undefined {
    const sql = "SELECT name, avatar, image, expires_at FROM vcards WHERE jid = ?";
    return this.#sql.rows<CachedVcard>(sql).get(jid);
  }

  /** The cached name of a user. */
  nameOf(jid: string): string | undefined {
    return this.#sql.values<string>("SELECT name FROM vcards WHERE jid = ?").get(jid);
  }

  /** Stores a vCard with its image. Run it inside a transaction. */
  put(jid: string, vcard: Omit<CachedVcard, "image">, image: Image | undefined): void {
    const before = this.find(jid)?.image;
    if (image !== undefined) {
      const { name, type, bytes } = image;
      this.#sql.run("INSERT OR IGNORE INTO images (name, type, bytes) VALUES (?, ?, ?)", name, type, bytes);
    }
    this.extend(jid, { ...vcard, image: image?.name });
    if (before !== undefined && before !== image?.name) this.#dropImage(before);
  }

  /** Stores a vCard without changing images. */
  extend(jid: string, { name, avatar, image, expiresAt }: CachedVcard): void {
    this.#sql.run(
      "INSERT OR REPLACE INTO vcards (jid, name, avatar, image, expires_at) VALUES (?, ?, ?, ?, ?)",
      ...[jid, name, avatar, image, expiresAt],
    );
  }

  image(name: string): Image | undefined {
    return this.#sql.rows<Image>("SELECT name, type, bytes FROM images WHERE name = ?").get(name);
  }

  /**
   * Deletes some vCards that expired before this time, and images that no other vCard has. Run it inside a transaction.
   * @returns true if there may be more
   */
  prune(before: number): boolean {
    const sql = `DELETE FROM vcards WHERE jid IN (SELECT jid FROM vcards WHERE expires_at < ? LIMIT ?)
      RETURNING image`;
    const images = this.#sql.values<string | undefined>(sql).all(before, PRUNE_SLICE);
    for (const image of images) if (image !== undefined) this.#dropImage(image);
    return images.length === PRUNE_SLICE;
  }

  /** Deletes an image that no vCard has any more. */
  #dropImage(name: string): void {
    this.#sql.run(
      "DELETE FROM images WHERE name = ? AND NOT EXISTS (SELECT 1 FROM vcards WHERE image = ?)",
      ...[name, name],
    );
  }
}
