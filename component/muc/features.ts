/** The features of rooms that have something to configure or to declare. */
import type { RoomsConfig } from "../config.js";
import { anonymity } from "./features/anonymity.js";
import { archive } from "./archive/queries.js";
import { capacity } from "./features/capacity.js";
import type { FormField } from "./wire/data-form.js";
import { description } from "./features/description.js";
import type { Feature } from "./features/feature.js";
import type { ConfigField } from "./features/fields.js";
import { history } from "./features/history.js";
import { invitations } from "./features/invitations/mediated.js";
import { logging } from "./features/logging.js";
import { membersOnly } from "./features/members-only.js";
import { moderated } from "./features/moderated.js";
import { moderation } from "./features/moderation.js";
import { ownRetraction } from "./features/own-retraction.js";
import { password } from "./features/password.js";
import { persistence } from "./features/persistence.js";
import { presenceBroadcast } from "./features/presence-broadcast.js";
import { privateMessages } from "./features/private-messages.js";
import { publicList } from "./features/public-list.js";
import { registration } from "./features/registration.js";
import type { Room } from "./room/room.js";
import { subject } from "./features/subject.js";
import { vcard } from "./features/vcard.js";
import { voiceRequests } from "./features/voice-requests.js";

const FEATURES: readonly Feature[] = [
  description,
  persistence,
  publicList,
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
