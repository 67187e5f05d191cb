/** Whom an incoming stanza is addressed to, decided once. */
import { isFull, type AccountJid, type FullJid, type Jid } from "./address.js";

export type Target =
  /** The component itself: its bare domain. */
  | { readonly kind: "service"; readonly jid: Jid }
  /** A room's own address. */
  | { readonly kind: "room"; readonly jid: AccountJid }
  /** Somebody's address in a room. */
  | {
      readonly kind: "occupant";
      readonly jid: FullJid & { readonly local: string };
      readonly room: AccountJid;
    }
  /** Anything else: another domain (an error for a user in whose name something was sent), or a resource of the service. */
  | { readonly kind: "elsewhere"; readonly jid: Jid };

export type TargetKind = Target["kind"];

export function classify(jid: Jid, domain: string): Target {
  if (jid.domain !== domain) return { kind: "elsewhere", jid };
  if (jid.local === undefined)
    return jid.resource === undefined ? { kind: "service", jid } : { kind: "elsewhere", jid };
  if (!isFull(jid)) return { kind: "room", jid: jid as AccountJid };
  return { kind: "occupant", jid: jid as FullJid & { readonly local: string }, room: jid.bare as AccountJid };
}
