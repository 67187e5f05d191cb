/** The table of features, which take part in a room's events by hooks. Hooks run in the table's order. */
import { absentMembers } from "./features/absent-members.js";
import { ban, capacity, locking, membersOnly, moderated, nicknames, password } from "./features/access.js";
import { activity } from "./features/activity.js";
import { anonymity, memberList } from "./features/anonymity.js";
import { bots } from "./features/bots.js";
import type { Feature } from "./features/feature.js";
import { history } from "./features/history.js";
import { moderation } from "./features/moderation.js";
import { ownRetraction } from "./features/own-retraction.js";
import { subject } from "./features/subject.js";
import { USUAL_ROLE, type Affiliation, type Role } from "./room/affiliation.js";
import type { RoomView } from "./room/room-view.js";
import { NS } from "../xml/builder.js";
import { MUC } from "./wire/ns.js";

// Features that are only declared in disco#info here. occupancy/leaving.ts deletes temporary rooms, room/room.ts lists
// public ones, archive/ has the archive, features/ has registration, voice requests and vCards, room/hats.ts has hats.
const persistence: Feature = {
  disco: ({ options }) => [options.persistent ? "muc_persistent" : "muc_temporary"],
};
const publicList: Feature = { disco: ({ options }) => [options.public ? "muc_public" : "muc_hidden"] };
const archiving: Feature = {
  disco: ({ options }) => (options.archive ? [MUC.mam, `${MUC.mam}#extended`, MUC.fulltext] : []),
};
const registration: Feature = { disco: () => [MUC.register] };
const voiceRequests: Feature = { disco: () => [MUC.request] };
const hats: Feature = { disco: (room) => (room.hasHats ? [MUC.hats] : []) };
const vcard: Feature = {
  disco: () => [NS.vcard],
  info: ({ pictures }) =>
    pictures.length === 0
      ? []
      : [{ name: "muc#roominfo_avatarhash", type: "text-multi", label: "Avatar hash", values: pictures }],
};

/** Warns occupants that everyone can read the messages (XEP-0045 §7.2.12). The archive isn't affected. */
const logging: Feature = {
  entryCode: ({ options }) => (options.logged ? 170 : undefined),
  coded: { option: "logged", code: ({ logged }) => (logged ? 170 : 171) },
};

/** All features, in the order in which their hooks run. */
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
  bots,
  absentMembers,
  activity,
  vcard,
  hats,
];

/** The features that send stanzas to newcomers: history, then subject. Clients depend on the order (§7.2.1). */
const FOR_NEWCOMERS: readonly Feature[] = [history, subject];

/** The features' hooks by kind. They are collected once, because some run for every stanza. */
export const HOOKS = {
  refuseEntry: collect("refuseEntry"),
  defaultRole: collect("defaultRole"),
  entryCode: collect("entryCode"),
  beforeEntry: collect("beforeEntry"),
  sendToNewcomer: collect("sendToNewcomer", FOR_NEWCOMERS),
  onDeparture: collect("onDeparture"),
  refuseSpeech: collect("refuseSpeech"),
  onMessage: collect("onMessage"),
  mayRead: collect("mayRead"),
  mayReadList: collect("mayReadList"),
  refuseInvited: collect("refuseInvited"),
  onInvite: collect("onInvite"),
  invitedBy: collect("invitedBy"),
  mustLeave: collect("mustLeave"),
  coded: collect("coded"),
  disco: collect("disco"),
  info: collect("info"),
  passingInfo: collect("passingInfo"),
} as const;

/** Returns the hooks' first result that isn't undefined. */
export function firstResult<H, R>(hooks: readonly H[], call: (hook: H) => R | undefined): R | undefined {
  for (const hook of hooks) {
    const result = call(hook);
    if (result !== undefined) return result;
  }
  return undefined;
}

/** Returns the role of newcomers with this affiliation (XEP-0045 §5.1.2). */
export function defaultRoleOf(room: RoomView, affiliation: Affiliation): Role {
  return firstResult(HOOKS.defaultRole, (hook) => hook(room, affiliation)) ?? USUAL_ROLE[affiliation];
}

function collect<K extends keyof Feature>(
  kind: K,
  features: readonly Feature[] = FEATURES,
): readonly NonNullable<Feature[K]>[] {
  return features.flatMap((feature) => feature[kind] ?? []);
}
