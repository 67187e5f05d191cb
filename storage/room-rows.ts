/** Types of a room's rows in the database, and the query that loads a room with all of its rows. */

export interface StoredRoom {
  readonly id: number;
  /** The localpart of the room's address. */
  readonly name: string;
  /** The key from which the room's occupant-ids are derived (XEP-0421). */
  readonly secret: Buffer;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Whether the room is locked: a user created it by entering, and hasn't configured it yet (XEP-0045 §10.1.3). */
  readonly locked: boolean;
  /** Whether the service's public list shows the room. */
  readonly listed: boolean;
  /** The room's options, as JSON. */
  readonly options: string;
  /** The subject with its author and time, as JSON; undefined if the subject was never set. */
  readonly subject: string | undefined;
}

export interface StoredAffiliation {
  /** The user's bare address; an outcast may also be a domain. */
  readonly jid: string;
  readonly affiliation: "owner" | "admin" | "member" | "outcast";
  /** When the user got an affiliation, in microseconds since 1970. */
  readonly since: number;
  /** The nickname that is reserved for the user in this room. */
  readonly nick: string | undefined;
  readonly reason: string | undefined;
  /** Whether messages don't invite the user: already invited, or was inside. */
  readonly invited: boolean;
}

/** A session inside a room. */
export interface StoredOccupant {
  /** The session's full address. */
  readonly jid: string;
  readonly nick: string;
  readonly role: "moderator" | "participant" | "visitor";
  /** The children of the session's last presence, as XML. */
  readonly presence: string;
  /** When the session's last presence arrived, in microseconds since 1970. */
  readonly presentAt: number;
  /** Whether the others see the occupant's presence. */
  readonly isShown: boolean;
}

/** A bot that occupants see inside. */
export interface StoredRoomBot {
  /** The localpart of the bot's address. */
  readonly name: string;
  readonly nick: string;
  readonly affiliation: "owner" | "admin" | "member" | "none";
  /** The children of the bot's presence, as XML. */
  readonly presence: string;
}

/** A room with everything that the component holds in memory. */
export interface LoadedRoom extends StoredRoom {
  readonly bots: readonly StoredRoomBot[];
  readonly affiliations: readonly StoredAffiliation[];
  /** The occupants, sorted by the time of their last presence. */
  readonly occupants: readonly StoredOccupant[];
  /** The SHA-1 of each picture in the room's vCard, in hexadecimal. */
  readonly pictures: readonly string[];
  /** The change to which not all occupants conform yet; undefined: none. */
  readonly changing: string | undefined;
}

/** A row of the query LOADING: affiliations and occupants are JSON arrays, pictures are separated by spaces. */
export interface RawLoaded extends StoredRoom {
  /** JSON. */
  readonly bots: string | undefined;
  readonly affiliations: string;
  readonly occupants: string;
  readonly pictures: string | undefined;
  readonly changing: string | undefined;
}

/** An affiliation in RawLoaded. SQLite returns 10,000 rows in one JSON text three times as fast as separately. */
type RawAffiliation = [
  jid: string,
  affiliation: StoredAffiliation["affiliation"],
  since: number,
  nick: string | null,
  reason: string | null,
  invited: number,
];

type RawOccupant = [
  jid: string,
  nick: string,
  role: StoredOccupant["role"],
  presence: string,
  presentAt: number,
  shown: number,
];

/** The query for a room by its name, with affiliations, occupants and pictures: one statement is faster than four. */
export const LOADING = `SELECT *,
    (SELECT json_group_array(json_array(jid, affiliation, since, nick, reason, invited))
      FROM affiliations WHERE room = rooms.id) AS affiliations,
    (SELECT json_group_array(json_array(jid, nick, role, presence, present_at, shown))
      FROM occupants WHERE room = rooms.id) AS occupants,
    (SELECT pictures FROM room_vcards WHERE room = rooms.id) AS pictures,
    (SELECT change FROM rooms_changing WHERE room = rooms.id) AS changing
  FROM rooms WHERE name = ?`;

export function loaded(raw: RawLoaded): LoadedRoom {
  const { affiliations, occupants, bots = "[]", pictures = "", ...room } = raw;
  return {
    ...room,
    bots: JSON.parse(bots) as StoredRoomBot[],
    affiliations: affiliationsIn(affiliations),
    occupants: occupantsIn(occupants),
    pictures: pictures === "" ? [] : pictures.split(" "),
  };
}

function affiliationsIn(json: string): StoredAffiliation[] {
  return (JSON.parse(json) as RawAffiliation[]).map(([jid, affiliation, since, nick, reason, invited]) => ({
    jid,
    affiliation,
    since,
    nick: nick ?? undefined,
    reason: reason ?? undefined,
    invited: invited === 1,
  }));
}

function occupantsIn(json: string): StoredOccupant[] {
  return (JSON.parse(json) as RawOccupant[])
    .map(([jid, nick, role, presence, presentAt, shown]) => {
      return { jid, nick, role, presence, presentAt, isShown: shown === 1 };
    })
    .sort((one, other) => one.presentAt - other.presentAt);
}
