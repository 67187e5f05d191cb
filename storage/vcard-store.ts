/** What users' vCards said, remembered for a time, and the images that came with them. */
import type { Database } from "./database.js";

export interface RememberedVcard {
  /** Undefined: there is nobody, or they say nothing of themselves. */
  readonly name: string | undefined;
  /** A URL that the vCard names, or "". */
  readonly avatar: string;
  /** The file name of a stored image, where the vCard holds one. */
  readonly image: string | undefined;
  /** Milliseconds since 1970; afterwards it is asked again. */
  readonly expiresAt: number;
}

export interface Image {
  /** Hex of its SHA-256, and the ending of its type: "2048…af.jpg". */
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  readonly bytes: Buffer;
}

interface RawVcard {
  name: string | null;
  avatar: string;
  image: string | null;
  expires_at: number;
}

const PRUNE_SLICE = 200;

export class VcardStore {
  readonly #find;
  readonly #name;
  readonly #put;
  readonly #putImage;
  readonly #image;
  readonly #prune;
  readonly #dropImage;

  constructor(db: Database) {
    this.#find = db.prepare<[string], RawVcard>(
      "SELECT name, avatar, image, expires_at FROM vcards WHERE jid = ?",
    );
    this.#name = db.prepare<[string], string | null>("SELECT name FROM vcards WHERE jid = ?").pluck();
    this.#put = db.prepare<[string, string | null, string, string | null, number]>(
      "INSERT OR REPLACE INTO vcards (jid, name, avatar, image, expires_at) VALUES (?, ?, ?, ?, ?)",
    );
    this.#putImage = db.prepare<[string, string, Buffer]>(
      "INSERT OR IGNORE INTO images (name, type, bytes) VALUES (?, ?, ?)",
    );
    this.#image = db.prepare<[string], Image>("SELECT name, type, bytes FROM images WHERE name = ?");
    this.#dropImage = db.prepare<[string, string]>(
      "DELETE FROM images WHERE name = ? AND NOT EXISTS (SELECT 1 FROM vcards WHERE image = ?)",
    );
    this.#prune = db
      .prepare<[number, number], string | null>(
        `DELETE FROM vcards WHERE jid IN (SELECT jid FROM vcards WHERE expires_at < ? LIMIT ?) RETURNING image`,
      )
      .pluck();
  }

  /** What was remembered of a bare address, expired or not. */
  find(jid: string): RememberedVcard | undefined {
    const raw = this.#find.get(jid);
    return (
      raw && {
        name: raw.name ?? undefined,
        avatar: raw.avatar,
        image: raw.image ?? undefined,
        expiresAt: raw.expires_at,
      }
    );
  }

  /** The name alone. */
  nameOf(jid: string): string | undefined {
    return this.#name.get(jid) ?? undefined;
  }

  /** Remembers an answer, and its image with it; to be called inside a transaction. */
  put(jid: string, vcard: Omit<RememberedVcard, "image">, image: Image | undefined): void {
    const before = this.find(jid)?.image;
    if (image !== undefined) this.#putImage.run(image.name, image.type, image.bytes);
    this.#put.run(jid, vcard.name ?? null, vcard.avatar, image?.name ?? null, vcard.expiresAt);
    if (before !== undefined && before !== image?.name) this.#dropImage.run(before, before);
  }

  /** Keeps what is remembered for longer, where the server gave no answer. */
  extend(jid: string, vcard: RememberedVcard): void {
    this.#put.run(jid, vcard.name ?? null, vcard.avatar, vcard.image ?? null, vcard.expiresAt);
  }

  image(name: string): Image | undefined {
    return this.#image.get(name);
  }

  /**
   * Forgets some of the vCards that expired before this, and their images where nobody else has the same; to be
   * called inside a transaction.
   * @returns true where there may be more
   */
  prune(before: number): boolean {
    const images = this.#prune.all(before, PRUNE_SLICE);
    for (const image of images) if (image !== null) this.#dropImage.run(image, image);
    return images.length === PRUNE_SLICE;
  }
}
