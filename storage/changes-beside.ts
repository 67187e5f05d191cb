/** What other processes change in the database, for whoever keeps in memory what is there: asking each time costs more. */

/** So soon is it noticed, in milliseconds. */
export const NOTICED_MS = 20;

export class ChangesBeside {
  readonly #source: { readonly version: number };
  readonly #everyMs: number;
  #version = -1;
  #lookAt = 0;

  /** @param source another number after every change (dataVersion()) */
  constructor(source: { readonly version: number }, everyMs = NOTICED_MS) {
    this.#source = source;
    this.#everyMs = everyMs;
  }

  /**
   * Whether something has changed since it was asked last; the first time, always.
   * @param now whether a change of this very moment counts
   */
  happened(now = false): boolean {
    const time = performance.now();
    if (!now && time < this.#lookAt) return false;
    this.#lookAt = time + this.#everyMs;
    const { version } = this.#source;
    if (version === this.#version) return false;
    this.#version = version;
    return true;
  }
}
