/** What operators and owners of rooms may do: rights by families of operations, and owners' right to their own hooks. */
import { refuse, type Refusal } from "../refusal.js";

/** The rights, each of which includes reading: all hooks and bots, all rooms, or everything. */
export const RIGHTS = ["read", "hooks", "rooms", "all"] as const;
export type Right = (typeof RIGHTS)[number];

/** The only right of a room's owner: incoming hooks that owners made for a room that the account owns now. */
export const OWN_HOOKS = "own hooks";
export const OWNERS_OPERATIONS: readonly string[] = [
  "hook add",
  "hook list",
  "hook show",
  "hook test",
  "hook remove",
];

/** The families of operations on hooks, and on what they make and use: their alerts, bots, and rosters. */
const HOOKS_FAMILIES = ["hook", "alert", "bot", "duty"];

/** Who has rights. */
interface Holder {
  readonly name: string;
  readonly may: readonly (Right | typeof OWN_HOOKS)[];
}

/** Returns the right that an operation needs. @param family the first word of its name */
export function rightFor(family: string, isRead: boolean): Right {
  if (isRead) return "read";
  if (HOOKS_FAMILIES.includes(family)) return "hooks";
  return family === "room" ? "rooms" : "all";
}

/**
 * Returns a refusal if an actor may not run an operation at all.
 * @param byOwners whether owners may make hooks (hooks.by_owners)
 */
export function refuseOperation(
  { name, right }: { readonly name: string; readonly right: Right },
  who: Holder,
  byOwners: boolean,
): Refusal | undefined {
  if (!isOwner(who)) return refuseWithout(right, who, name);
  if (!byOwners)
    return refuse.forbidden(
      "owners of rooms can't make hooks here: ask an operator for one (hooks.by_owners)",
    );
  return OWNERS_OPERATIONS.includes(name)
    ? undefined
    : refuse.forbidden(`${name} is for operators: ask one of them`);
}

/** Returns a refusal that names the missing right. @param what is refused, as a phrase after which "needs" follows */
export function refuseWithout(right: Right, who: Holder, what: string): Refusal | undefined {
  const { name, may } = who;
  const isRead = right === "read" && !isOwner(who);
  if (isRead || may.includes("all") || may.includes(right)) return undefined;
  return refuse.forbidden(
    `${what} needs the right ${right}, and ${name} may only ${may.join(", ")} (operator add --may)`,
  );
}

/** Whether an actor is limited to the hooks of owned rooms. */
export function isOwner({ may }: Pick<Holder, "may">): boolean {
  return may.includes(OWN_HOOKS);
}
