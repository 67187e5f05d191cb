/** The features that decide who may enter a room, speak in it, see its details and be invited. */
import type { BareJid, Jid } from "../../addresses/address.js";
import type { Nick } from "../../addresses/nick.js";
import { StanzaError, type Condition } from "../../inbound/stanza-error.js";
import { hashOf, isRight } from "../../secrets.js";
import { isAtLeast, type Affiliation, type AffiliationChange } from "../room/affiliation.js";
import type { Room } from "../room/room.js";
import { textField } from "../wire/data-form.js";
import type { Feature } from "./feature.js";

function refuseLocked(room: Room, isExempt: boolean, condition: Condition): StanzaError | undefined {
  const isRefused = room.isLocked && !isExempt;
  return isRefused ? room.error(condition, "The owner has not configured this room yet.") : undefined;
}

/** Locked rooms (XEP-0045 §10.1.2): a room created by entering is open to its creator only, until it is configured. */
const locking: Feature = {
  refuseEntry: ({ room, affiliation }) => refuseLocked(room, affiliation === "owner", "item-not-found"),
  refuseSpeech: ({ room }, { affiliation }) =>
    refuseLocked(room, isAtLeast(affiliation, "member"), "forbidden"),
  mayRead: (room, { belongs }) => !room.isLocked || belongs,
};

export function isBanned(room: Room, jid: Jid): boolean {
  return room.affiliationOf(jid) === "outcast";
}

function refuseOutcast(room: Room, affiliation: Affiliation): StanzaError | undefined {
  return affiliation === "outcast" ? room.error("forbidden", "You are banned from this room.") : undefined;
}

/** Bans (XEP-0045 §7.2.7). Occupants who become outcasts are removed (§9.1). */
const ban: Feature = {
  refuseEntry: ({ room, affiliation }) => refuseOutcast(room, affiliation),
  refuseSpeech: ({ room }, { affiliation }) => refuseOutcast(room, affiliation),
  mayRead: (_room, { affiliation }) => affiliation !== "outcast",
  refuseInvited: (room, jid) =>
    isBanned(room, jid) ? room.error("not-allowed", `${jid.bare.text} is banned from this room.`) : undefined,
  mustLeave: (_room, affiliation) => (affiliation === "outcast" ? 301 : undefined),
};

function excludes({ options }: Room, affiliation: Affiliation): boolean {
  return options.membersOnly && !isAtLeast(affiliation, "member");
}

/**
 * Members-only rooms (XEP-0045 §7.2.6). Occupants who aren't members are removed: with status code 321 if they lose the
 * membership, 322 if the option is set.
 */
const membersOnly: Feature = {
  disco: ({ options }) => [options.membersOnly ? "muc_membersonly" : "muc_open"],
  refuseEntry: ({ room, affiliation }) =>
    excludes(room, affiliation)
      ? room.error("registration-required", "Only members may enter this room.")
      : undefined,
  refuseSpeech: ({ room }, { affiliation, by }) => {
    if (!excludes(room, affiliation)) return undefined;
    // The text for calls is QTalk's, which programs know.
    const text = by === "call" ? "User not in Room" : "Only members may speak in this room.";
    return room.error("forbidden", text);
  },
  mayRead: ({ options }, { belongs }) => !options.membersOnly || belongs,
  mustLeave: (room, affiliation, isConfigured) => {
    if (!excludes(room, affiliation)) return undefined;
    return isConfigured ? 322 : 321;
  },
};

/** Returns the accounts that these changes, which aren't made yet, let into a members-only room (XEP-0045 §9.5). */
export function admittedBy(room: Room, changes: readonly AffiliationChange[]): BareJid[] {
  const added = changes.filter(
    ({ jid, affiliation }) =>
      isAtLeast(affiliation, "member") &&
      excludes(room, room.affiliations.storedAffiliationOf(jid.text)) &&
      !room.isInside(jid),
  );
  return added.map(({ jid }) => jid);
}

export function passwordToGive({ options }: Room): string | undefined {
  return options.password === "" ? undefined : options.password;
}

const password: Feature = {
  disco: ({ options }) => [options.password === "" ? "muc_unsecured" : "muc_passwordprotected"],
  refuseEntry: ({ room, from, x }) => {
    const needed = passwordToGive(room);
    if (needed === undefined || room.isServiceAdmin(from)) return undefined;
    return isRight(x?.getChildText("password") ?? "", hashOf(needed))
      ? undefined
      : room.error("not-authorized", "The room's password is missing or wrong.");
  },
  mayRead: ({ options }, { belongs }) => options.password === "" || belongs,
};

export function refuseNick(room: Room, nick: Nick, account: BareJid): StanzaError | undefined {
  return room.isFree(nick, account) ? undefined : nickConflict(room);
}

export function nickConflict(room: Room): StanzaError {
  return room.error("conflict", "This nickname is in use or reserved.");
}

/** Refuses nicknames that other accounts use or have reserved (XEP-0045 §7.2.8). */
const nicknames: Feature = {
  refuseEntry: ({ room, nick, from }) => refuseNick(room, nick, from.bare),
};

/** Limits the number of occupants (XEP-0045 §7.2.9). Owners and administrators may enter a full room. */
const capacity: Feature = {
  refuseEntry: ({ room, affiliation, nick }) => {
    const isFull = room.occupants.size >= room.options.maxOccupants && !room.occupants.has(nick.key);
    return isFull && !isAtLeast(affiliation, "admin")
      ? new StanzaError("wait", "service-unavailable", "The room is full.", { by: room.jid.text })
      : undefined;
  },
  passingInfo: ({ occupants }) => [
    textField("muc#roominfo_occupants", "Number of occupants", `${occupants.size}`),
  ],
};

/** The rules of access, in the order in which they are applied. */
export const access: readonly Feature[] = [locking, ban, membersOnly, password, nicknames, capacity];
