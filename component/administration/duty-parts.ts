/** What operations on rosters share: their names, and the people in them. */
import { z } from "zod";
import type { AccountJid } from "../addresses/address.js";
import { Jid } from "../addresses/address.js";
import { badRequest, Refusal } from "../refusal.js";
import type { Context } from "./context.js";
import { word } from "./operation.js";

export const ROSTER_NAME = word(
  z.string().regex(/^[\w.-]{1,64}$/, 'expected up to 64 letters, digits, "_", "-" and "."'),
  "roster's name; steps and mentions of the hook with this name call it duty",
  "值班表的名称；同名 Webhook 用 duty 指代它",
  { placed: "ops" },
);

/** Parses the address of a person. */
export function personOf(
  { addresses, settings, records }: Context,
  text: string,
  field: string,
): AccountJid | Refusal {
  const jid = addresses.account(text.trim(), field);
  if (jid instanceof Refusal || jid.domain !== settings.xmpp.domain) return jid;
  const what = records.rooms.find(jid.local) === undefined ? "no person" : "a room";
  return badRequest(`${field}: ${jid.text} is ${what}: name a person's address`);
}

/** Returns a clause for each person who has left, or isn't in the directory. */
export function absencesOf({ records, settings }: Context, people: readonly string[]): string[] {
  return people.flatMap((text) => {
    const jid = Jid.parse(text);
    if (jid?.local === undefined || !settings.xmpp.hosts.includes(jid.domain)) return [];
    const { directory } = records;
    const found = directory.find(jid.local, jid.domain);
    if (found !== undefined) return found.employed ? [] : [`${text} has left (user set --employed no)`];
    // Without entries, the directory isn't used.
    return directory.listAfter(jid.domain, "", 1).length > 0 ? [`${text} isn't in the directory`] : [];
  });
}
