/** Who there is in plays, and where: the addresses of people and rooms by their names. */

/** The service of the rooms. */
export const DOMAIN = "conference.qtalk.test.org";

/** People whose sessions are told by more than their names. */
const SESSIONS = {
  hag: "hag66@qtalk.test.org/pda",
  wicca: "wiccarocks@qtalk.test.org/laptop",
  crone: "crone1@qtalk.test.org/desktop",
  stranger: "stranger@elsewhere.test/home",
} as const;

/** The others: `new@qtalk.test.org/pda`. */
const OTHERS = [
  ...([
    "new",
    "other",
    "late",
    "guest",
    "bob",
    "test",
    "admin",
    "alertmanager",
    "a",
    "b",
    "c",
    "m",
    "n",
    "z",
  ] as const),
  ...([
    "else",
    "one",
    "two",
    "more",
    "old",
    "peer",
    "nick",
    "why",
    "boss",
    "nobody",
    "same",
    "bad",
    "still",
  ] as const),
] as const;

/** Those of whom there are many: `guest12`. */
const NUMBERED = ["test", "guest", "user", "reader", "g", "w", "x", "m"] as const;

type Known = keyof typeof SESSIONS | (typeof OTHERS)[number];
type Numbered = `${(typeof NUMBERED)[number] | Uppercase<(typeof NUMBERED)[number]>}${number}`;
/** In lower case a session, in upper case an account. */
export type Name = Known | Uppercase<Known> | Numbered;

/** Returns an address of somebody: of a session, or in upper case of an account. */
export function sessionOf(name: string): string {
  if (name.includes("@")) return name;
  const [local = "", resource] = name.split("/");
  const session = known(local.toLowerCase());
  if (session === undefined)
    throw new Error(`there is nobody called ${name} in the cast (spec/plays/cast.ts)`);
  if (resource === undefined && local === local.toLowerCase()) return session;
  return [session.split("/")[0], ...(resource === undefined ? [] : [resource])].join("/");
}

/** Returns somebody's session; undefined if there is nobody of this name. */
function known(name: string): string | undefined {
  const sessions: Readonly<Record<string, string>> = SESSIONS;
  const [, base = name] = /^([a-z]+)\d+$/.exec(name) ?? [];
  const others: readonly string[] = base === name ? OTHERS : NUMBERED;
  return sessions[name] ?? (others.includes(base) ? `${name}@qtalk.test.org/pda` : undefined);
}

/** Returns the name of somebody whose session this is, or the address. */
export function nameOf(address: string): string {
  return Object.entries(SESSIONS).find(([, session]) => session === address)?.[0] ?? address;
}

/** Returns the address of an account (upper case), of the service, or of a room and its occupants. */
export function placeOf(name: string): string {
  const [local = "", ...nick] = name.split("/");
  if (local === "" || /[@.$*!]/.test(local)) return name;
  if (/^[A-Z][A-Z0-9]*$/.test(local)) return sessionOf(name);
  return [local === "service" ? DOMAIN : `${local}@${DOMAIN}`, ...nick].join("/");
}
