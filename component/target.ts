/** The target of an incoming stanza, classified once. */
import { isFull, type AccountJid, type FullJid, type Jid } from "./address.js";

export type Target =
  /** The component itself: its bare domain. */
  | { readonly kind: "service"; readonly jid: Jid }
  /** A room's own address. */
  | { readonly kind: "room"; readonly jid: AccountJid }
  /** An occupant's address in a room. */
  | {
      readonly kind: "occupant";
      readonly jid: FullJid & { readonly local: string };
      readonly room: AccountJid;
    }
  /** A bot of the component, or its session. */
  | { readonly kind: "bot"; readonly jid: Jid }
  /** Any other address: another domain (for errors to users in whose names stanzas were sent), or a resource of the service. */
  | { readonly kind: "elsewhere"; readonly jid: Jid };

export type TargetKind = Target["kind"];

/** @param isBot whether the localpart of an address at this domain is a bot's */
export function classify(jid: Jid, domain: string, isBot: (local: string) => boolean): Target {
  if (jid.domain !== domain) return { kind: "elsewhere", jid };
  if (jid.local === undefined)
    return jid.resource === undefined ? { kind: "service", jid } : { kind: "elsewhere", jid };
  if (isBot(jid.local)) return { kind: "bot", jid };
  if (!isFull(jid)) return { kind: "room", jid: jid as AccountJid };
  return { kind: "occupant", jid: jid as FullJid & { readonly local: string }, room: jid.bare as AccountJid };
}
