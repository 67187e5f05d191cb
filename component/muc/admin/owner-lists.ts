/** The fields of the configuration form that list owners and administrators (XEP-0045 §10.2). */
import type { BareJid } from "../../addresses/address.js";
import { serialise } from "../../xml/serialise.js";
import { fits } from "../../xml/wire-text.js";
import type { RoomView } from "../room/room-view.js";
import { fieldElement, type FormField } from "../wire/data-form.js";
import { accountOf, type AffiliationChange } from "./affiliation-change.js";

/** The fields, in the order of the form. */
export const OWNER_LISTS = [
  { name: "muc#roomconfig_roomowners", label: "Owners", zh: "群主", affiliation: "owner" },
  { name: "muc#roomconfig_roomadmins", label: "Administrators", zh: "管理员", affiliation: "admin" },
] as const;

/** Each list's share of a stanza's size limit. The form omits a longer list, so the form can't change it. */
const SHARE = 1 / 4;

/** Returns the fields with the current owners and administrators. @param stanzaBytes the limit for a stanza */
export function listFields(room: RoomView, stanzaBytes: number): FormField[] {
  return OWNER_LISTS.flatMap(({ name, label, zh, affiliation }): FormField[] => {
    const field = { name, label, zh, type: "jid-multi", values: listed(room, affiliation) } as const;
    return fits(serialise(fieldElement(field)), stanzaBytes * SHARE) ? [field] : [];
  });
}

/**
 * Returns the affiliation changes that turn the current lists into the submitted ones, one for each account. An account
 * in both lists becomes an owner; an account removed from both becomes a member. A list that wasn't submitted isn't
 * changed.
 * @throws StanzaError jid-malformed
 */
export function listChanges(
  room: RoomView,
  fields: ReadonlyMap<string, readonly string[]>,
): AffiliationChange[] {
  if (!OWNER_LISTS.some(({ name }) => fields.has(name))) return [];
  const wanted = new Map<string, AffiliationChange>();
  for (const { name, affiliation } of OWNER_LISTS) {
    for (const jid of accountsIn(room, fields.get(name) ?? listed(room, affiliation))) {
      if (!wanted.has(jid.text)) wanted.set(jid.text, { jid, affiliation });
    }
  }
  const before = OWNER_LISTS.flatMap(({ affiliation }) => listed(room, affiliation));
  const removed = accountsIn(room, before).filter((jid) => !wanted.has(jid.text));
  return [
    ...removed.map((jid) => ({ jid, affiliation: "member" as const })),
    ...[...wanted.values()].filter(
      (one) => room.affiliations.get(one.jid.text)?.affiliation !== one.affiliation,
    ),
  ];
}

function listed(room: RoomView, affiliation: "owner" | "admin"): string[] {
  return room.affiliations.withAffiliation(affiliation).map(({ jid }) => jid);
}

/** Parses the addresses of a submitted list; empty values are ignored. @throws StanzaError jid-malformed */
function accountsIn(room: RoomView, values: readonly string[]): BareJid[] {
  return values.filter((value) => value !== "").map((value) => accountOf(room, value, "member"));
}
