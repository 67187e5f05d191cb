/** What a feature of rooms declares of itself; features.ts lists them all. */
import type { RoomsConfig } from "../../config.js";
import type { FormField } from "../wire/data-form.js";
import type { ConfigField } from "./fields.js";
import type { Room } from "../room/room.js";

export interface Feature {
  /** Its fields of the configuration form (§10.2). */
  fields?(config: RoomsConfig): readonly ConfigField[];
  /** What disco#info says of a room because of it (§6.4). */
  discoFeatures?(room: Room): readonly string[];
  /** Its fields of the form muc#roominfo (§15.5.4). */
  info?(room: Room): readonly FormField[];
}
