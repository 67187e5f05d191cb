/** Somebody about to come in, as the checks see them. */
import type { FullJid } from "../../address.js";
import type { StanzaError } from "../../stanza-error.js";
import type { Affiliation } from "../room/affiliation.js";
import type { Nick } from "../room/nick.js";
import type { Room } from "../room/room.js";

export interface Entering {
  readonly room: Room;
  readonly from: FullJid;
  readonly nick: Nick;
  readonly affiliation: Affiliation;
  /** What they gave as the room's password. */
  readonly password: string | undefined;
}

/** One reason to keep somebody out. */
export interface EntryCheck {
  readonly name: string;
  refuse(entering: Entering): StanzaError | undefined;
}
