/** The table of what rooms can do, in the order in which features are asked. */
import { absentMembers } from "./features/absent-members/absent-members.js";
import { activity } from "./features/activity/activity.js";
import { anonymity } from "./features/anonymity.js";
import { archiving } from "./features/archiving.js";
import { ban } from "./features/ban.js";
import { capacity } from "./features/capacity.js";
import type { Feature } from "./features/feature.js";
import { history } from "./features/history.js";
import { locking } from "./features/locking.js";
import { logging } from "./features/logging.js";
import { memberList } from "./features/member-list.js";
import { membersOnly } from "./features/members-only.js";
import { moderated } from "./features/moderated.js";
import { moderation } from "./features/moderation.js";
import { nicknames } from "./features/nicknames.js";
import { ownRetraction } from "./features/own-retraction.js";
import { password } from "./features/password.js";
import { persistence } from "./features/persistence.js";
import { publicList } from "./features/public-list.js";
import { subject } from "./features/subject.js";
import { vcard } from "./features/vcard/vcard.js";
import { MUC } from "./wire/ns.js";

// Of these, rooms only say that they have them: registering (§7.10) and asking for voice (§7.13), which requests.ts in
// their folders handle, and hats (room/hats.ts).
const registration: Feature = { disco: () => [MUC.register] };
const voiceRequests: Feature = { disco: () => [MUC.request] };
const hats: Feature = { disco: (room) => (room.hasHats ? [MUC.hats] : []) };

export const FEATURES: readonly Feature[] = [
  locking,
  ban,
  persistence,
  publicList,
  membersOnly,
  password,
  nicknames,
  capacity,
  moderated,
  anonymity,
  memberList,
  subject,
  history,
  archiving,
  logging,
  ownRetraction,
  moderation,
  registration,
  voiceRequests,
  absentMembers,
  activity,
  vcard,
  hats,
];

/** A newcomer is told the history, then the subject (§7.2.1): clients count on the order. */
const FOR_NEWCOMERS: readonly Feature[] = [history, subject];

/** The hooks of each kind, in the table's order. They are collected once, as some are asked for every stanza. */
export const HOOKS = {
  refuseEntry: collect("refuseEntry"),
  defaultRole: collect("defaultRole"),
  entryCode: collect("entryCode"),
  tellNewcomer: collect("sendToNewcomer", FOR_NEWCOMERS),
  onDeparture: collect("onDeparture"),
  refuseSpeech: collect("refuseSpeech"),
  onMessage: collect("onMessage"),
  mayRead: collect("mayRead"),
  mayReadList: collect("mayReadList"),
  refuseInvited: collect("refuseInvited"),
  onInvite: collect("onInvite"),
  invitedBy: collect("invitedBy"),
  onAffiliation: collect("onAffiliation"),
  onConfigure: collect("onConfigure"),
  coded: collect("coded"),
  disco: collect("disco"),
  info: collect("info"),
  passingInfo: collect("passingInfo"),
} as const;

function collect<K extends keyof Feature>(
  kind: K,
  features: readonly Feature[] = FEATURES,
): readonly NonNullable<Feature[K]>[] {
  return features.flatMap((feature) => feature[kind] ?? []);
}
