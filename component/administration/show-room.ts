/** What administrators see of one room: its form, who is what to it, who is inside. */
import type { Affiliation } from "../muc/room/affiliation.js";
import type { StoredAffiliation } from "../../storage/rooms-store.js";
import type { Occupant } from "../muc/room/occupant.js";
import type { Room } from "../muc/room/room.js";
import { formFields } from "../muc/admin/configuration.js";
import type { FormField } from "../muc/wire/data-form.js";
import { Refusal } from "../refusal.js";
import type { AdministrationContext } from "./context.js";
import { findRoom } from "./in-room.js";
import { pageIn, type Page, type PageWanted } from "./page.js";

export interface ShownRoom {
  readonly room: Room;
  readonly form: readonly FormField[];
  /** How many of each affiliation are listed. */
  readonly affiliations: Readonly<Record<ListedAffiliation, number>>;
}

/** One that is listed. */
export type ListedAffiliation = Exclude<Affiliation, "none">;

/** A member's line, and whether they are inside. */
export interface ShownMember extends StoredAffiliation {
  readonly isInside: boolean;
}

export function showRoom(context: AdministrationContext, text: string): ShownRoom | Refusal {
  const room = findRoom(context, text);
  if (room instanceof Refusal) return room;
  const affiliations = { owner: 0, admin: 0, member: 0, outcast: 0 };
  for (const { affiliation } of room.affiliations.all()) affiliations[affiliation] += 1;
  return { room, form: formFields(context.muc, room), affiliations };
}

/** Those inside, in the order in which they came; nicknames are the keys. */
export function pageOfOccupants(
  context: AdministrationContext,
  text: string,
  wanted: PageWanted,
): Page<Occupant> | Refusal {
  const room = findRoom(context, text);
  if (room instanceof Refusal) return room;
  return pageIn([...room.occupants.values()], wanted, ({ nick }) => nick.text);
}

/** Those of an affiliation, in the order in which they came; addresses are the keys. */
export function pageOfMembers(
  context: AdministrationContext,
  text: string,
  wanted: PageWanted & { readonly affiliation: ListedAffiliation },
): Page<ShownMember> | Refusal {
  const room = findRoom(context, text);
  if (room instanceof Refusal) return room;
  const { entries, next } = pageIn(
    room.affiliations.withAffiliation(wanted.affiliation),
    wanted,
    ({ jid }) => jid,
  );
  const inside = new Set([...room.occupants.values()].map(({ account }) => account.text));
  return { entries: entries.map((member) => ({ ...member, isInside: inside.has(member.jid) })), next };
}
