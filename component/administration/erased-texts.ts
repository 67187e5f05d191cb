/** Finds a person's address in recorded texts, and puts a word in its place. */
import { ERASED, type ChangeTexts, type Named } from "../../storage/erasure-store.js";

/** The families whose operations are about users: their arguments tell more of a user than the address. */
const ABOUT_USERS = /^(?:user|key) /;
/** What comes before and after an address that stands alone, so that ann@a.test isn't found in joann@a.test.cn. */
const BEFORE = String.raw`(?<![^\s"',;:()<>[\]{}=])`;
const AFTER = String.raw`(?=$|[\s"',;:()<>[\]{}/\\&]|\.(?:\s|$))`;

/** A person's address, and the id alone, as texts name them. */
export class ErasedName {
  readonly #address: RegExp;
  readonly #quotedId: RegExp;

  constructor({ jid, local }: Pick<Named, "jid" | "local">) {
    this.#address = new RegExp(`${BEFORE}${literally(jid)}${AFTER}`, "gu");
    this.#quotedId = new RegExp(`"${literally(local)}"`, "gu");
  }

  isIn(text: string): boolean {
    return text.search(this.#address) >= 0;
  }

  /** Replaces the address in a change; what an operation on this user was given is blanked. Undefined: it isn't there. */
  without(change: ChangeTexts): ChangeTexts | undefined {
    const { who, operation, arguments: given, outcome } = change;
    const isAbout = this.isIn(given) || given.search(this.#quotedId) >= 0;
    if (!isAbout && !this.isIn(who) && !this.isIn(outcome ?? "")) return undefined;
    const replaced = this.#replace(given).replace(this.#quotedId, `"${ERASED}"`);
    return {
      operation,
      who: this.#replace(who),
      arguments: isAbout && ABOUT_USERS.test(operation) ? "{}" : replaced,
      outcome: outcome === undefined ? undefined : this.#replace(outcome),
    };
  }

  #replace(text: string): string {
    return text.replace(this.#address, ERASED);
  }
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
}
