/** Stores vCards of users (XEP-0054) and their pictures, as a cache. */
import { Store } from "./sql.js";

export interface CachedVcard {
  /** The user's name; undefined if the user has no vCard. */
  readonly name: string | undefined;
  /** The URL of the vCard's external picture; "" if there is no such picture. */
  readonly avatar: string;
  /** The name of the stored image (Image.name); undefined if the vCard contains no picture. */
  readonly image: string | undefined;
  /** When the vCard must be requested again, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A picture that vCards contain. */
export interface Image {
  /** The SHA-256 of the bytes in hexadecimal, with the extension of the type, such as "2048…af.jpg". */
  readonly name: string;
  /** The media type, such as "image/jpeg". */
  readonly type: string;
  readonly bytes: Buffer;
}

/** The maximum number of vCards that one prune() deletes. */
const PRUNE_SLICE = 200;

export class VcardStore extends Store {
  /** Returns the cached vCard of a bare address, even if it has expired. */
  find(jid: string): CachedVcard | undefined {
    const sql = "SELECT name, avatar, image, expires_at FROM vcards WHERE jid = ?";
    return this.sql.rows<CachedVcard>(sql).get(jid);
  }

  /** Returns a user's name in the cached vCard. */
  nameOf(jid: string): string | undefined {
    return this.sql.values<string>("SELECT name FROM vcards WHERE jid = ?").get(jid);
  }

  /** Stores a vCard with its image, and deletes the previous image if it is unused. Must run inside a transaction. */
  put(jid: string, vcard: Omit<CachedVcard, "image">, image: Image | undefined): void {
    const before = this.find(jid)?.image;
    if (image !== undefined) {
      const { name, type, bytes } = image;
      this.sql.run("INSERT OR IGNORE INTO images (name, type, bytes) VALUES (?, ?, ?)", name, type, bytes);
    }
    this.extend(jid, { ...vcard, image: image?.name });
    if (before !== undefined && before !== image?.name) this.#dropImage(before);
  }

  /** Stores a vCard whose image is stored already. */
  extend(jid: string, { name, avatar, image, expiresAt }: CachedVcard): void {
    this.sql.run(
      "INSERT OR REPLACE INTO vcards (jid, name, avatar, image, expires_at) VALUES (?, ?, ?, ?, ?)",
      ...[jid, name, avatar, image, expiresAt],
    );
  }

  image(name: string): Image | undefined {
    return this.sql.rows<Image>("SELECT name, type, bytes FROM images WHERE name = ?").get(name);
  }

  /** Deletes some vCards that expired before this time, inside a transaction. Returns whether more may remain. */
  prune(before: number): boolean {
    const sql = `DELETE FROM vcards WHERE jid IN (SELECT jid FROM vcards WHERE expires_at < ? LIMIT ?)
      RETURNING image`;
    const images = this.sql.values<string | undefined>(sql).all(before, PRUNE_SLICE);
    for (const image of images) if (image !== undefined) this.#dropImage(image);
    return images.length === PRUNE_SLICE;
  }

  /** Deletes an image if no vCard uses it. */
  #dropImage(name: string): void {
    this.sql.run(
      "DELETE FROM images WHERE name = ? AND NOT EXISTS (SELECT 1 FROM vcards WHERE image = ?)",
      ...[name, name],
    );
  }
}
