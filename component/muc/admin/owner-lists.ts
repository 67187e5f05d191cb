/** The lists of accounts in the configuration form (XEP-0045 §10.2): owners and administrators. */
import { Jid, type BareJid } from "../../address.js";
import { serialise } from "../../xml/serialise.js";
import { fits } from "../../xml/wire-text.js";
import type { RoomView } from "../room/room-view.js";
import { fieldElement, type FormField } from "../wire/data-form.js";
import { roomError } from "../wire/errors.js";
import type { AffiliationChange } from "./affiliation-change.js";

const LISTS = [
  { name: "muc#roomconfig_roomowners", label: "Owners", affiliation: "owner" },
  { name: "muc#roomconfig_roomadmins", label: "Administrators", affiliation: "admin" },
] as const;

/** Each of these lists may take so much of a stanza. The form leaves out a longer one, and then doesn't change it. */
const SHARE = 1 / 4;

/** The fields of the form, filled in with the present lists. */
export function listFields(room: RoomView, stanzaBytes: number): FormField[] {
  return LISTS.flatMap(({ name, label, affiliation }): FormField[] => {
    const values = room.members.ofAffiliation(affiliation).map(({ jid }) => jid);
    const field = { name, label, type: "jid-multi", values } as const;
    return fits(serialise(fieldElement(field)), stanzaBytes * SHARE) ? [field] : [];
  });
}

/**
 * The changes that turn the present lists into the submitted ones.
 * @throws StanzaError jid-malformed for what is no account
 */
export function listChanges(
  room: RoomView,
  fields: ReadonlyMap<string, readonly string[]>,
): AffiliationChange[] {
  return LISTS.flatMap(({ name, affiliation }) => {
    const values = fields.get(name);
    return values === undefined ? [] : changesOf(room, values, affiliation);
  });
}

function changesOf(
  room: RoomView,
  values: readonly string[],
  affiliation: "owner" | "admin",
): AffiliationChange[] {
  const wanted = new Map(values.filter((value) => value !== "").map((value) => accountIn(room, value)));
  const added = [...wanted.values()].filter((jid) => room.members.get(jid.text)?.affiliation !== affiliation);
  const removed = room.members.ofAffiliation(affiliation).filter(({ jid }) => !wanted.has(jid));
  return [
    ...removed.flatMap(({ jid }) => {
      const account = Jid.parse(jid)?.bare;
      return account === undefined ? [] : [{ jid: account, affiliation: "member" as const }];
    }),
    ...added.map((jid) => ({ jid, affiliation })),
  ];
}

function accountIn(room: RoomView, text: string): [string, BareJid] {
  const jid = Jid.parse(text)?.bare;
  if (jid?.local === undefined)
    throw roomError(room.jid, "modify", "jid-malformed", `${text} is no account.`);
  return [jid.text, jid];
}
