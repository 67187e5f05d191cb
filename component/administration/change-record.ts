/** Records one change by an administrator in the list of changes, in the transaction that makes the change. */
import type { ChangesStore } from "../../storage/changes-store.js";
import type { BareJid } from "../addresses/address.js";

/** Who runs an operation, and by which way in. */
export interface Who {
  /** The operator's name, the Unix user, or an address. */
  readonly name: string;
  readonly way: "command line" | "console" | "http" | "xmpp";
  /** The administrator's account, for ad-hoc commands. */
  readonly account?: BareJid;
}

export class ChangeRecord {
  #id: number | undefined;

  constructor(
    private readonly store: ChangesStore,
    private readonly who: Who,
    /** The operation's name, and its arguments without secrets, as JSON. */
    private readonly what: { readonly operation: string; readonly arguments: string },
  ) {}

  get isWritten(): boolean {
    return this.#id !== undefined;
  }

  /**
   * Writes the record, inside a transaction.
   * @param outcome what came of the change; undefined if several transactions make it and more follow
   */
  write(outcome?: string): void {
    if (this.#id !== undefined) {
      if (outcome !== undefined) this.store.finish(this.#id, outcome);
      return;
    }
    const { name, way } = this.who;
    this.#id = this.store.add({ at: Date.now(), who: name, way, ...this.what, outcome });
  }
}
