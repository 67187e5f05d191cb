/**
 * Who wears which hat (XEP-0317 0.3.1): offices that the operator has configured for accounts, or for departments of the
 * directory (rooms.hats). What clients say of their own is dropped (wire/sanitising.ts).
 */
import type { BareJid } from "../../address.js";
import type { HatConfig } from "../../rooms-policy.js";
import { xml, type Element } from "../../xml/builder.js";
import { MUC } from "../wire/ns.js";

/** What the company's own list says of somebody. */
export interface DirectoryEntry {
  readonly name: string;
  /** A path, such as /IT/Support. */
  readonly department: string;
}

/** Knows whom the company lists. */
export interface UserDirectory {
  listed(account: BareJid): DirectoryEntry | undefined;
  /** What a user is called: by the list, then by their remembered vCard. */
  namesOf(account: BareJid): readonly string[];
}

export class Hats {
  readonly #hats: readonly { readonly hat: HatConfig; readonly users: ReadonlySet<string> }[];
  readonly #byDepartment: boolean;

  constructor(
    hats: readonly HatConfig[],
    private readonly directory: UserDirectory,
  ) {
    this.#hats = hats.map((hat) => ({ hat, users: new Set(hat.users) }));
    this.#byDepartment = hats.some(({ departments }) => departments.length > 0);
  }

  /** Whether anybody wears any. */
  get areThere(): boolean {
    return this.#hats.length > 0;
  }

  /** Those of an account, as its presences have them; undefined for none. */
  of(account: BareJid): Element | undefined {
    if (!this.areThere) return undefined;
    const department = this.#byDepartment ? this.directory.listed(account)?.department : undefined;
    const worn = this.#hats.filter(
      ({ hat, users }) => users.has(account.text) || hat.departments.some((one) => isIn(department, one)),
    );
    if (worn.length === 0) return undefined;
    return xml(
      "hats",
      MUC.hats,
      ...worn.map(({ hat: { title, uri, hue } }) =>
        xml("hat", { title, uri, hue: hue === undefined ? undefined : String(hue) }),
      ),
    );
  }
}

/** Whether a department is another, or below it. */
function isIn(department: string | undefined, other: string): boolean {
  let end = other.length;
  while (other[end - 1] === "/") end -= 1;
  const path = other.slice(0, end);
  return department === path || department?.startsWith(`${path}/`) === true;
}
