/** The target of an incoming stanza, by the kind of its address. */
import { isFull, type AccountJid, type FullJid, type Jid } from "./address.js";

export type Target =
  /** The component's domain. */
  | { readonly kind: "service"; readonly jid: Jid }
  /** A room's bare address. */
  | { readonly kind: "room"; readonly jid: AccountJid }
  /** A room's address with a nickname. */
  | {
      readonly kind: "occupant";
      readonly jid: FullJid & { readonly local: string };
      readonly room: AccountJid;
    }
  /** A bot of the component: its bare address, or its session's address. */
  | { readonly kind: "bot"; readonly jid: Jid }
  /** Any other address, such as a user's (the target of errors for stanzas that were sent in the user's name). */
  | { readonly kind: "elsewhere"; readonly jid: Jid };

export type TargetKind = Target["kind"];

/** Determines an address's target. @param domain the component's domain @param isBot recognises bots' localparts */
export function classify(jid: Jid, domain: string, isBot?: (local: string) => boolean): Target {
  if (jid.domain !== domain) return { kind: "elsewhere", jid };
  if (jid.local === undefined)
    return jid.resource === undefined ? { kind: "service", jid } : { kind: "elsewhere", jid };
  if (isBot?.(jid.local) === true) return { kind: "bot", jid };
  if (!isFull(jid)) return { kind: "room", jid: jid as AccountJid };
  return { kind: "occupant", jid: jid as FullJid & { readonly local: string }, room: jid.bare as AccountJid };
}
