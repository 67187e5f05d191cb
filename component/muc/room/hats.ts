/**
 * Hats (XEP-0317 0.3.1): labels, configured for accounts or for departments of the directory (rooms.hats), of bots, and of
 * who is on duty.
 */
import type { BareJid } from "../../addresses/address.js";
import type { HatConfig } from "../options/rooms-policy.js";
import { xml, type Element } from "../../xml/builder.js";
import { MUC } from "../wire/ns.js";

/** The hat of bots, so that people tell them from users in a room's list. */
export const BOT_HATS = xml("hats", MUC.hats, xml("hat", { title: "bot", uri: "urn:qtalk:hats:bot" }));

const DUTY_URI = "urn:qtalk:hats:duty";

export interface UserDirectory {
  /** Returns a user's entry, with the path of the department, such as /IT/Support. */
  listed(account: BareJid): { readonly name: string; readonly department: string } | undefined;
  /** Returns a user's names: the name in the directory, then the name in the cached vCard. */
  namesOf(account: BareJid): readonly string[];
}

/** Who is on duty (hooks/duty/). */
export interface DutyHats {
  /** The text of the hat. */
  readonly title: string;
  /** Returns the bare addresses of who is on duty for a room, given by its address. */
  in(room: string): ReadonlySet<string>;
}

export class Hats {
  readonly #hats: readonly { readonly hat: HatConfig; readonly users: ReadonlySet<string> }[];
  readonly #byDepartment: boolean;

  constructor(
    hats: readonly HatConfig[],
    private readonly directory: UserDirectory,
    private readonly duty: DutyHats,
  ) {
    this.#hats = hats.map((hat) => ({ hat, users: new Set(hat.users) }));
    this.#byDepartment = hats.some(({ departments }) => departments.length > 0);
  }

  /** Whether occupants of a room may wear hats. */
  areIn(room: string): boolean {
    return this.#hats.length > 0 || this.duty.in(room).size > 0;
  }

  /** Returns the <hats/> element for an account's presence in a room; undefined if it has no hats. */
  of(account: BareJid, room: string): Element | undefined {
    if (!this.areIn(room)) return undefined;
    const department = this.#byDepartment ? this.directory.listed(account)?.department : undefined;
    const worn = this.#hats.filter(
      ({ hat, users }) => users.has(account.text) || hat.departments.some((one) => isIn(department, one)),
    );
    const isOnDuty = this.duty.in(room).has(account.text);
    if (worn.length === 0 && !isOnDuty) return undefined;
    return xml(
      "hats",
      MUC.hats,
      isOnDuty ? xml("hat", { title: this.duty.title, uri: DUTY_URI }) : undefined,
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
