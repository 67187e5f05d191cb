/** The table of features, which take part in a room's events by hooks. */
import { NS } from "../xml/builder.js";
import { absentMembers } from "./features/invitations/absent-members.js";
import { access } from "./features/access.js";
import { activity } from "./features/activity.js";
import { anonymity } from "./features/anonymity.js";
import { bots } from "./features/bots.js";
import type { Feature } from "./features/feature.js";
import { history } from "./features/history.js";
import { moderation, ownRetraction } from "./features/retraction.js";
import { subject } from "./features/subject.js";
import { voice } from "./features/voice.js";
import { MUC } from "./wire/ns.js";

/** What only disco#info says here: handlers, which depend on this table, do the rest. */
const described: Feature = {
  disco: ({ options, hasHats }) => [
    options.persistent ? "muc_persistent" : "muc_temporary",
    options.public ? "muc_public" : "muc_hidden",
    ...(options.archive ? [MUC.mam, `${MUC.mam}#extended`, MUC.fulltext] : []),
    ...(hasHats ? [MUC.hats] : []),
    MUC.register,
    NS.vcard,
  ],
  info: ({ pictures: values }) =>
    values.length === 0
      ? []
      : [{ name: "muc#roominfo_avatarhash", type: "text-multi", label: "Avatar hash", values }],
};

/** Warns occupants that everyone can read the messages (XEP-0045 §7.2.12). The archive isn't affected. */
const logging: Feature = {
  entryCode: ({ options }) => (options.logged ? 170 : undefined),
  coded: { option: "logged", code: ({ logged }) => (logged ? 170 : 171) },
};

/** All features, in the order in which their hooks run. Clients depend on history before the subject (§7.2.1). */
const FEATURES: readonly Feature[] = [
  described,
  ...access,
  ...voice,
  anonymity,
  history,
  subject,
  logging,
  ownRetraction,
  moderation,
  bots,
  absentMembers,
  activity,
];

const collected = new Map<keyof Feature, readonly unknown[]>();

/** Returns the features' hooks of a kind, in order. They are collected once, because some run for every stanza. */
export function hooksOf<K extends keyof Feature>(kind: K): readonly NonNullable<Feature[K]>[] {
  let hooks = collected.get(kind);
  if (hooks === undefined) collected.set(kind, (hooks = FEATURES.flatMap((feature) => feature[kind] ?? [])));
  return hooks as readonly NonNullable<Feature[K]>[];
}

export function firstResult<H, R>(hooks: readonly H[], call: (hook: H) => R | undefined): R | undefined {
  for (const hook of hooks) {
    const result = call(hook);
    if (result !== undefined) return result;
  }
  return undefined;
}
