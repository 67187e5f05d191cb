/** Promises that never reject, by their type: whoever awaits one needs no catch, and whoever makes one can't forget it. */

declare const NEVER_REJECTS: unique symbol;

/** A promise that never rejects. Only settled() makes one. */
export type Settled<T> = Promise<T> & { readonly [NEVER_REJECTS]: true };

/**
 * Runs work, at once. If it throws or rejects, the promise resolves to what `otherwise` makes of the error.
 * @param otherwise only makes a value, so it doesn't throw
 */
export function settled<T>(work: () => Promise<T> | T, otherwise: (error: unknown) => T): Settled<T> {
  const run = async (): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      return otherwise(error);
    }
  };
  return run() as Settled<T>;
}
