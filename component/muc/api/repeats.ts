/** Deduplicates calls to rooms by their fingerprints. */
import type { Fingerprints } from "../../../storage/fingerprints.js";
import type { RepeatedCalls, RoomTransaction } from "../context.js";

export class Repeats implements RepeatedCalls {
  /** Fingerprints of calls that are not committed yet, in base64. */
  readonly #uncommitted = new Set<string>();

  constructor(private readonly fingerprints: Pick<Fingerprints, "isKnown">) {}

  /** Whether a call repeats an earlier one. If the earlier one isn't committed yet, this one succeeds or fails with it. */
  isKnown({ transaction, room }: RoomTransaction, fingerprint: Buffer): boolean {
    const key = fingerprint.toString("base64");
    if (this.#uncommitted.has(key)) {
      transaction.write(room, ({ fingerprints }) => {
        if (!fingerprints.isKnown(fingerprint, transaction.at))
          throw new Error("the call that it repeats was not stored");
      });
      return true;
    }
    return this.fingerprints.isKnown(fingerprint, transaction.at);
  }

  /** Stores a call's fingerprint with its transaction. */
  remember({ transaction, room }: RoomTransaction, fingerprint: Buffer): void {
    const key = fingerprint.toString("base64");
    this.#uncommitted.add(key);
    transaction.whenDone(() => this.#uncommitted.delete(key));
    transaction.write(room, ({ fingerprints }) => fingerprints.remember(fingerprint, transaction.at));
  }
}
