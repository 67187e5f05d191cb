import type { Fingerprints } from "../../../storage/fingerprints.js";
import type { ChangedRoom, Transaction } from "../transaction.js";

interface Call {
  readonly transaction: Transaction;
  readonly room: ChangedRoom;
}

/** Recognises repetitions of calls that send to rooms, by the calls' fingerprints. */
export class Repeats {
  /** The fingerprints of uncommitted calls, in base64. */
  readonly #uncommitted = new Set<string>();

  constructor(private readonly fingerprints: Pick<Fingerprints, "isKnown">) {}

  /** Whether a call repeats an earlier one. If the earlier call isn't committed yet, both succeed or fail together. */
  isKnown({ transaction, room }: Call, fingerprint: Buffer): boolean {
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

  remember({ transaction, room }: Call, fingerprint: Buffer): void {
    const key = fingerprint.toString("base64");
    this.#uncommitted.add(key);
    transaction.whenDone.push(() => this.#uncommitted.delete(key));
    transaction.write(room, ({ fingerprints }) => fingerprints.remember(fingerprint, transaction.at));
  }
}
