/** Detects changes of the database by other processes, so that caches can be refreshed. */

/** The longest time until a change is detected, in milliseconds. */
export const DETECTION_MS = 20;

export class ExternalChanges {
  #version = -1;
  /** When the version is read next, in milliseconds of performance.now(). */
  #lookAt = 0;

  /**
   * @param source the connection, whose version changes whenever another process changes the database (Sql.version)
   * @param everyMs the shortest time between two reads of the version, in milliseconds
   */
  constructor(
    private readonly source: { readonly version: number },
    private readonly everyMs = DETECTION_MS,
  ) {}

  /**
   * Returns whether the database has changed since the previous call of this method; true on the first call.
   * @param now whether to read the version in any case, instead of at most once every `everyMs`
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
