/** Lets work with the same key run in turns, one after another. */
export class KeyedTurns {
  /** When the last turn of a key ends. A key whose turns are all over isn't here. */
  readonly #ends = new Map<string, Promise<void>>();

  /**
   * Resolves when all earlier turns of this key have ended.
   * @returns ends this turn; every turn must be ended, and ending it again has no effect
   */
  async begin(key: string): Promise<() => void> {
    const earlier = this.#ends.get(key);
    let resolve!: () => void;
    const over = new Promise<void>((done) => (resolve = done));
    this.#ends.set(key, over);
    await earlier;
    return () => {
      if (this.#ends.get(key) === over) this.#ends.delete(key);
      resolve();
    };
  }
}
