/** Stores vCards of users (XEP-0054) and their pictures, as a cache. */
import { Store } from "./sql.js";

/** A row of the table `vcards`. */
export interface CachedVcard {
  readonly name: string | undefined;
  readonly avatar: string;
  readonly image: string | undefined;
  readonly expiresAt: number;
}

/** A picture that vCards contain: a row of the table `images`. */
export interface Image {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

const MAX_PRUNED = 200;

export class VcardStore extends Store {
  /** Returns the cached vCard of a bare address, even if it has expired. */
  readonly find = this.sql.rows<CachedVcard, [jid: string]>(
    "SELECT name, avatar, image, expires_at FROM vcards WHERE jid = ?",
  ).get;
  readonly nameOf = this.sql.values<string, [jid: string]>("SELECT name FROM vcards WHERE jid = ?").get;

  /** Stores a vCard with its image, and deletes the previous image if it is unused. Must run inside a transaction. */
  put(jid: string, vcard: Omit<CachedVcard, "image">, image: Image | undefined): void {
    const before = this.find(jid)?.image;
    if (image !== undefined && this.image(image.name) === undefined) this.sql.insert("images", image);
    this.extend(jid, { ...vcard, image: image?.name });
    if (before !== undefined && before !== image?.name) this.#dropImage(before);
  }

  /** Stores a vCard whose image is stored already. */
  extend(jid: string, vcard: CachedVcard): void {
    this.sql.put("vcards", ["jid"], { jid, ...vcard });
  }

  readonly image = this.sql.rows<Image, [name: string]>("SELECT * FROM images WHERE name = ?").get;

  /** Deletes a user's vCard, and its image if no other vCard uses it, inside a transaction; false if there is none. */
  remove(jid: string): boolean {
    const image = this.find(jid)?.image;
    const isRemoved = this.sql.delete("vcards", { jid }) > 0;
    if (image !== undefined) this.#dropImage(image);
    return isRemoved;
  }

  /** Deletes some vCards that expired before this time, inside a transaction. Returns whether more may remain. */
  prune(before: number): boolean {
    const sql = "DELETE FROM vcards WHERE expires_at < ? RETURNING image LIMIT ?";
    const images = this.sql.values<string | undefined>(sql).all(before, MAX_PRUNED);
    for (const image of images) if (image !== undefined) this.#dropImage(image);
    return images.length === MAX_PRUNED;
  }

  /** Deletes an image if no vCard uses it. */
  #dropImage(name: string): void {
    if (!this.sql.from("vcards WHERE image = ?").some(name)) this.sql.delete("images", { name });
  }
}
