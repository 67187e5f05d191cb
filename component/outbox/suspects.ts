/**
 * Finds the stanza that makes the server close the stream, by halving: of what was unconfirmed when the stream was
 * closed, one half is written alone, then the rest, until a single one is left that does it by itself.
 */

/** After so many closes without a word at one and the same place, the stanzas there are suspected, too. */
const SILENT_CLOSES = 3;

export class Suspects {
  /** How many of the next stanzas are suspected; 0 while nothing is. */
  #left = 0;
  #silentCloses = 0;

  /** How many stanzas may be written before the next barrier must have come back. */
  get budget(): number {
    return this.#left === 0 ? Infinity : Math.max(1, Math.floor(this.#left / 2));
  }

  /** So many of the suspects were routed: they are innocent. */
  confirmed(count: number): void {
    this.#silentCloses = 0;
    this.#left = Math.max(0, this.#left - count);
  }

  /**
   * The stream was closed with so many stanzas written and unconfirmed.
   * @param blamed whether the server blamed what it was sent
   * @returns true where the first unconfirmed stanza alone is to blame
   */
  closed(unconfirmed: number, blamed: boolean): boolean {
    if (unconfirmed === 0) return false;
    this.#silentCloses = blamed ? 0 : this.#silentCloses + 1;
    if (!blamed && this.#silentCloses < SILENT_CLOSES) return false;
    this.#silentCloses = 0;
    this.#left = unconfirmed === 1 ? Math.max(0, this.#left - 1) : unconfirmed;
    return unconfirmed === 1;
  }
}
