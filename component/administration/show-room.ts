/** Shows operators a room's form, affiliations and occupants. */
import type { Affiliation } from "../muc/room/affiliation.js";
import type { StoredAffiliation } from "../../storage/rooms-store.js";
import type { Occupant } from "../muc/room/occupants.js";
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
  /** How many users have each affiliation. */
  readonly affiliations: Readonly<Record<ListedAffiliation, number>>;
}

/** An affiliation that rooms store: any except "none". */
export type ListedAffiliation = Exclude<Affiliation, "none">;

/** A user with an affiliation in the room. */
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

/** Returns a page of occupants, in the order of entering. The key for paging is the nickname. */
export function pageOfOccupants(
  context: AdministrationContext,
  text: string,
  wanted: PageWanted,
): Page<Occupant> | Refusal {
  const room = findRoom(context, text);
  if (room instanceof Refusal) return room;
  return pageIn([...room.occupants.values()], wanted, ({ nick }) => nick.text);
}

/** Returns a page of the users with an affiliation, the oldest first. The key for paging is the address. */
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
