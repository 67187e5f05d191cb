/** A room's options: what its owner configures (XEP-0045 §10.2), and what they are where nobody has. */
import type { RoomsConfig } from "../../config.js";
import type { RoomDefaults } from "../../rooms-policy.js";
import type { Role } from "./affiliation.js";

export interface Options {
  readonly name: string;
  readonly description: string;
  /** A language tag, or "". */
  readonly language: string;
  /** Whether the room stays when everybody has left. */
  readonly persistent: boolean;
  readonly public: boolean;
  readonly membersOnly: boolean;
  readonly moderated: boolean;
  /** Who sees occupants' real addresses. */
  readonly whois: "moderators" | "anyone";
  /** Whether participants may set the subject. */
  readonly changeSubject: boolean;
  /** Whether others than administrators may invite. */
  readonly allowInvites: boolean;
  readonly allowPm: "anyone" | "participants" | "members" | "moderators" | "none";
  /** Whether moderators may always be written to in private, and answer. */
  readonly moderatorsReachable: boolean;
  /** Whether occupants may ask each other for more than their pictures. */
  readonly allowQueries: boolean;
  /** The roles in which members read the lists of members. */
  readonly memberListRoles: readonly Role[];
  /** "" where none is asked for. */
  readonly password: string;
  readonly maxOccupants: number;
  /** The roles whose presence is told to others. */
  readonly presenceBroadcast: readonly Role[];
  /** The most messages of history. */
  readonly history: number;
  /** Whether what is said is kept in the archive. */
  readonly archive: boolean;
  /** For how many days what is said is kept; 0: for as long as the service keeps it. */
  readonly archiveDays: number;
  /** Whether those inside are told that it is logged in public. */
  readonly logged: boolean;
}

/** What they are where nobody says otherwise. */
function ordinary(config: RoomsConfig): Options {
  return {
    name: "",
    description: "",
    language: "",
    persistent: false,
    public: false,
    membersOnly: false,
    moderated: false,
    whois: "moderators",
    changeSubject: false,
    allowInvites: true,
    allowPm: "anyone",
    moderatorsReachable: true,
    allowQueries: true,
    memberListRoles: ["moderator", "participant", "visitor"],
    password: "",
    maxOccupants: config.max_occupants,
    presenceBroadcast: ["moderator", "participant", "visitor"],
    history: config.history,
    archive: config.archive,
    archiveDays: 0,
    logged: false,
  };
}

/** The options of a room that somebody makes by entering it. */
export function optionsOfEntered(config: RoomsConfig): Options {
  return configured(ordinary(config), config.entered);
}

/** The options of a room made through the interface (contract: create_muc). */
export function optionsOfMade(config: RoomsConfig, name: string, description: string): Options {
  const usual: Options = {
    ...ordinary(config),
    persistent: true,
    public: config.list_made,
    membersOnly: true,
    whois: "anyone",
  };
  return { ...configured(usual, config.made), name, description };
}

/** The options as the operator would have them. */
function configured(usual: Options, wanted: RoomDefaults): Options {
  return {
    ...usual,
    language: wanted.language ?? usual.language,
    persistent: wanted.persistent ?? usual.persistent,
    public: wanted.public ?? usual.public,
    membersOnly: wanted.members_only ?? usual.membersOnly,
    moderated: wanted.moderated ?? usual.moderated,
    whois: wanted.whois ?? usual.whois,
    changeSubject: wanted.change_subject ?? usual.changeSubject,
    allowInvites: wanted.allow_invites ?? usual.allowInvites,
    allowPm: wanted.allow_pm ?? usual.allowPm,
    moderatorsReachable: wanted.moderators_reachable ?? usual.moderatorsReachable,
    allowQueries: wanted.allow_queries ?? usual.allowQueries,
    memberListRoles: wanted.member_list ?? usual.memberListRoles,
    presenceBroadcast: wanted.presence_broadcast ?? usual.presenceBroadcast,
    maxOccupants: wanted.max_occupants ?? usual.maxOccupants,
    history: wanted.history ?? usual.history,
    archive: wanted.archive ?? usual.archive,
    archiveDays: wanted.archive_days ?? usual.archiveDays,
    logged: wanted.logged ?? usual.logged,
  };
}

/** Reads stored options; what a later version added gets its default. */
export function readOptions(json: string, config: RoomsConfig): Options {
  return { ...ordinary(config), ...(JSON.parse(json) as Partial<Options>) };
}
