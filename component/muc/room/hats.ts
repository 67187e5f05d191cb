/** Hats (XEP-0317 0.3.1): labels, configured for accounts or for departments of the directory (rooms.hats). */
import type { BareJid } from "../../addresses/address.js";
import type { HatConfig } from "../options/rooms-policy.js";
import { xml, type Element } from "../../xml/builder.js";
import { MUC } from "../wire/ns.js";

/** The hat of bots, so that people tell them from users in a room's list. */
export const BOT_HATS = xml("hats", MUC.hats, xml("hat", { title: "bot", uri: "urn:qtalk:hats:bot" }));

export interface UserDirectory {
  /** Returns a user's entry, with the path of the department, such as /IT/Support. */
  listed(account: BareJid): { readonly name: string; readonly department: string } | undefined;
  /** Returns a user's names: the name in the directory, then the name in the cached vCard. */
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

  get areThere(): boolean {
    return this.#hats.length > 0;
  }

  /** Returns the <hats/> element for an account's presence; undefined if it has no hats. */
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

function isIn(department: string | undefined, other: string): boolean {
  const path = other.endsWith("/") ? other : `${other}/`;
  return department !== undefined && `${department}/`.startsWith(path);
}
