/** A room's options: what its owner configures (XEP-0045 §10.2), and what they are where nobody has. */
import type { RoomsConfig } from "../../config.js";
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

/** The options of a room that somebody makes by entering it. */
export function optionsOfEntered(config: RoomsConfig): Options {
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

/** The options of a room made through the interface (contract: create_muc). */
export function optionsOfMade(config: RoomsConfig, name: string, description: string): Options {
  return {
    ...optionsOfEntered(config),
    name,
    description,
    persistent: true,
    public: config.list_made,
    membersOnly: true,
    whois: "anyone",
  };
}

/** Reads stored options; what a later version added gets its default. */
export function readOptions(json: string, config: RoomsConfig): Options {
  return { ...optionsOfEntered(config), ...(JSON.parse(json) as Partial<Options>) };
}
