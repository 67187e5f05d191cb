/** Detects changes of the database by other processes, so that caches can be refreshed. */

/** The longest time until a change is detected, in milliseconds. */
export const DETECTION_MS = 20;

export class ExternalChanges {
  #version = -1;
  /** When the version is read next, in milliseconds of performance.now(). */
  #lookAt = 0;

  /** Reads the source's version (Sql.version) at most once in `everyMs` milliseconds. */
  constructor(
    private readonly source: { readonly version: number },
    private readonly everyMs = DETECTION_MS,
  ) {}

  /** Returns whether the database changed; true on the first call. @param now whether to check even within `everyMs` */
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
