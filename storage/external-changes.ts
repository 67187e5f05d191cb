/** Notices changes of the database by other processes, for caches of its content. */

/** Time until a change is noticed, in milliseconds. */
export const DETECTION_MS = 20;

export class ExternalChanges {
  #version = -1;
  #lookAt = 0;

  /** @param source has a number that changes with the database (Sql.version) */
  constructor(
    private readonly source: { readonly version: number },
    private readonly everyMs = DETECTION_MS,
  ) {}

  /**
   * Reports whether the database has changed since the last call; true on the first one.
   * @param now looks at once, instead of every DETECTION_MS
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
