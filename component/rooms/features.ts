/** The features of rooms that have something to configure or to declare. */
import type { RoomsConfig } from "../config.js";
import { anonymity } from "./anonymity.js";
import { archive } from "./archive.js";
import { capacity } from "./capacity.js";
import type { FormField } from "./data-form.js";
import { description } from "./description.js";
import type { Feature } from "./feature.js";
import type { ConfigField } from "./fields.js";
import { history } from "./history.js";
import { invitations } from "./invitations.js";
import { logging } from "./logging.js";
import { membersOnly } from "./members-only.js";
import { moderated } from "./moderated.js";
import { moderation } from "./moderation.js";
import { ownRetraction } from "./own-retraction.js";
import { password } from "./password.js";
import { persistence } from "./persistence.js";
import { presenceBroadcast } from "./presence-broadcast.js";
import { privateMessages } from "./private-messages.js";
import { publicity } from "./publicity.js";
import { registration } from "./registration.js";
import type { Room } from "./room.js";
import { subject } from "./subject.js";
import { vcard } from "./vcard.js";
import { voiceRequests } from "./voice-requests.js";

const FEATURES: readonly Feature[] = [
  description,
  persistence,
  publicity,
  membersOnly,
  password,
  capacity,
  moderated,
  anonymity,
  presenceBroadcast,
  subject,
  invitations,
  privateMessages,
  history,
  archive,
  logging,
  ownRetraction,
  moderation,
  registration,
  voiceRequests,
  vcard,
];

/** The fields of the configuration form, in the order in which they are shown. */
export function configFields(config: RoomsConfig): readonly ConfigField[] {
  return FEATURES.flatMap((feature) => feature.fields?.(config) ?? []);
}

/** What disco#info says of a room besides what its handlers do. */
export function discoFeatures(room: Room): readonly string[] {
  return FEATURES.flatMap((feature) => feature.discoFeatures?.(room) ?? []);
}

/** The fields of muc#roominfo. */
export function infoFields(room: Room): readonly FormField[] {
  return FEATURES.flatMap((feature) => feature.info?.(room) ?? []);
}
