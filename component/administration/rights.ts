/** What operators may do: rights by families of operations. */
import { refuse, type Refusal } from "../refusal.js";

/** The rights, each of which includes reading: all hooks and bots, all rooms, or everything. */
export const RIGHTS = ["read", "hooks", "rooms", "all"] as const;
export type Right = (typeof RIGHTS)[number];

/** Returns the right that an operation needs. @param family the first word of its name */
export function rightFor(family: string, isRead: boolean): Right {
  if (isRead) return "read";
  if (family === "hook" || family === "bot") return "hooks";
  return family === "room" ? "rooms" : "all";
}

/** Who has rights. */
interface Holder {
  readonly name: string;
  readonly may: readonly Right[];
}

/** Returns a refusal that names the missing right. @param what is refused, as a phrase after which "needs" follows */
export function refuseWithout(right: Right, { name, may }: Holder, what: string): Refusal | undefined {
  if (right === "read" || may.includes("all") || may.includes(right)) return undefined;
  return refuse.forbidden(
    `${what} needs the right ${right}, and ${name} may only ${may.join(", ")} (operator add --may)`,
  );
}
