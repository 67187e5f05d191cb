/** Rooms' vCards, and the hashes of the pictures in them. */
import type { Database } from "./database.js";

export interface RoomVcard {
  /** XML. */
  readonly vcard: string;
  /** SHA-1 of each picture that it holds, in hex. */
  readonly pictures: readonly string[];
}

/** All that change something are to be called inside a transaction. */
export class RoomsVcards {
  readonly #find;
  readonly #put;
  readonly #remove;

  constructor(db: Database) {
    this.#find = db.prepare<[number], string>("SELECT vcard FROM room_vcards WHERE room = ?").pluck();
    this.#put = db.prepare<[number, string, string]>(
      "INSERT OR REPLACE INTO room_vcards (room, pictures, vcard) VALUES (?, ?, ?)",
    );
    this.#remove = db.prepare<[number]>("DELETE FROM room_vcards WHERE room = ?");
  }

  find(room: number): string | undefined {
    return this.#find.get(room);
  }

  put(room: number, { vcard, pictures }: RoomVcard): void {
    this.#put.run(room, pictures.join(" "), vcard);
  }

  remove(room: number): void {
    this.#remove.run(room);
  }
}

/** The hashes of a vCard's pictures, as they are stored. */
export function picturesIn(text: string): readonly string[] {
  return text === "" ? [] : text.split(" ");
}
