/** Gathers a mail's bytes. The SMTP library hands on each line that begins with a dot as a piece of its own. */
export class GatheredBytes {
  #bytes = Buffer.alloc(0);
  #length = 0;

  /** @param most how many bytes will be added at most */
  constructor(private readonly most: number) {}

  /** Adds a copy: of many small pieces, the objects would take a hundred times as much memory as their bytes. */
  add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, Math.min(2 * this.#bytes.length, this.most)));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** Returns what was gathered; it is gathered no longer. */
  take(): Buffer {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    return bytes;
  }
}
