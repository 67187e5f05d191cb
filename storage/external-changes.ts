/** What other processes change in the database, for whoever keeps in memory what is there: asking each time costs more. */

/** So soon is it noticed, in milliseconds. */
export const DETECTION_MS = 20;

export class ExternalChanges {
  #version = -1;
  #lookAt = 0;

  /** @param source another number after every change (Sql.version) */
  constructor(
    private readonly source: { readonly version: number },
    private readonly everyMs = DETECTION_MS,
  ) {}

  /**
   * Whether something has changed since it was asked last; the first time, always.
   * @param now whether a change of this very moment counts
   */
  haveOccurred(now = false): boolean {
    const time = performance.now();
    if (!now && time < this.#lookAt) return false;
    this.#lookAt = time + this.everyMs;
    const { version } = this.source;
    if (version === this.#version) return false;
    this.#version = version;
    return true;
  }
}
