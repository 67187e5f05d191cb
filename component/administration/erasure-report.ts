/** What came of an erasure: what was erased, by kind, and what stays, and why. */
import type { Left } from "../muc/user-removal.js";
import { counted } from "../wording.js";

export interface Report {
  readonly message: string;
  readonly erased: { readonly kind: string; readonly count: number }[];
  readonly stays: { readonly what: string; readonly why: string }[];
}

export class ErasureReport {
  readonly #counts = new Map<string, number>();
  readonly #stays: { readonly what: string; readonly why: string }[] = [];

  count(kind: string, by: number): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + by);
  }

  keep(what: string, why: string): void {
    this.#stays.push({ what, why });
  }

  /** Says that some things stay, unless there are none. */
  keepIf(count: number, noun: string, rest: string, why: string): void {
    if (count > 0) this.keep(`${counted(count, noun)} ${rest}`, why);
  }

  /** Says what became of the rooms that the user left. */
  keepRooms(rooms: ReadonlyMap<string, Left | undefined>): void {
    for (const [left, rest, why] of LEFT) {
      const found = [...rooms].flatMap(([room, what]) => (what === left ? [room] : []));
      this.keepIf(found.length, "room", `${rest}: ${found.join(", ")}`, why);
    }
  }

  get whole(): Report {
    const erased = [...this.#counts].flatMap(([kind, count]) => (count > 0 ? [{ kind, count }] : []));
    const what = erased.map(({ kind, count }) => ` ${kind}: ${count}`).join(";");
    // That nothing was stored is said in place of the list.
    return { message: `Erased a user.${what && `${what}.`}`, erased, stays: this.#stays };
  }
}

/** What becomes of the traces of what waits. */
export const AFTERWARDS = "what it leaves behind is erased by itself then";

/** What became of rooms, and why. */
const LEFT: readonly (readonly [Left, noun: string, why: string])[] = [
  [
    "ownerless",
    "without an owner",
    "an erasure destroys no room: room owner gives it one, room destroy ends it",
  ],
  ["inherited", "that they alone owned", "the longest-standing administrator or member owns it now"],
];

/** What no erasure reaches, and why. */
export const ALWAYS: readonly (readonly [what: string, why: string])[] = [
  [
    "copies of messages in clients, at other servers, and at outgoing webhooks' programs",
    "they are out of reach",
  ],
  ["quotations and mentions in messages of others", "they belong to others"],
  ["the account with its vCard and messages at its own server", "delete it there"],
  ["backups and logs", "they are files of their own, until they are replaced"],
];
