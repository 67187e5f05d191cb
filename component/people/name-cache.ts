/**
 * The names under which messages show their senders: at once, and mostly from memory, as every message asks. What the
 * company's list says changes in another process, so nothing is remembered for long.
 */
import type { DirectoryStore } from "../../storage/directory-store.js";
import type { VcardStore } from "../../storage/vcard-store.js";
import type { Jid } from "../address.js";

const REMEMBERED_MS = 10_000;
const MOST_REMEMBERED = 10_000;

interface Remembered {
  readonly names: readonly string[];
  readonly until: number;
}

export class NameCache {
  /** By bare address, the oldest first. */
  readonly #remembered = new Map<string, Remembered>();

  constructor(
    private readonly directory: DirectoryStore,
    private readonly vcards: VcardStore,
  ) {}

  /** The name that the company's list gives, then that of the vCard that is remembered; no server is asked. */
  of(jid: Jid): readonly string[] {
    const { text, local, domain } = jid.bare;
    if (local === undefined) return [];
    const now = performance.now();
    const remembered = this.#remembered.get(text);
    if (remembered !== undefined && remembered.until > now) return remembered.names;
    const found = [this.directory.nameOf(local, domain), this.vcards.nameOf(text)];
    const names = found.filter((name) => name !== undefined);
    this.#remembered.delete(text);
    this.#remembered.set(text, { names, until: now + REMEMBERED_MS });
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > MOST_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    return names;
  }

  /** Their vCard was asked for. */
  forget(jid: Jid): void {
    this.#remembered.delete(jid.bare.text);
  }
}
