/** The table of room options (XEP-0045 §10.2). Their effects are in the features that read them (muc/features/). */
import type { z } from "zod";
import {
  boolean,
  choice,
  number,
  roles,
  textOption,
  type Bounds,
  type RoomOption,
} from "./room-option-kinds.js";

/** The format of a language tag (RFC 5646), which may be empty. */
const LANGUAGE_TAG = {
  pattern: /^(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)?$/,
  name: "a language tag, such as zh-CN",
};

/** All room options, in the order of the configuration form. */
const ROOM_OPTIONS = {
  name: textOption({
    field: "muc#roomconfig_roomname",
    maxLength: 255,
    label: { en: "Name", zh: "名称" },
    info: ["muc#roomconfig_roomname"],
    sample: "Ops",
  }),
  description: textOption({
    field: "muc#roomconfig_roomdesc",
    maxLength: 2000,
    label: { en: "Description", zh: "描述" },
    info: ["muc#roominfo_description"],
    sample: "Our room",
  }),
  language: textOption({
    field: "muc#roomconfig_lang",
    maxLength: 35,
    label: { en: "Language", zh: "语言" },
    shape: LANGUAGE_TAG,
    info: ["muc#roominfo_lang"],
    sample: "zh-CN",
  }),
  persistent: boolean({
    field: "muc#roomconfig_persistentroom",
    label: { en: "The room stays when everybody has left", zh: "无人时保留群" },
    setBy: "make_persistent",
    made: true,
  }),
  public: boolean({
    field: "muc#roomconfig_publicroom",
    label: { en: "The room is in the public list", zh: "列在公开列表中" },
    setBy: "make_public",
  }),
  membersOnly: boolean({
    field: "muc#roomconfig_membersonly",
    label: { en: "Only members may enter", zh: "只有成员可以进入" },
    made: true,
  }),
  password: textOption({
    field: "muc#roomconfig_roomsecret",
    maxLength: 1000,
    label: { en: "Password", zh: "密码" },
    isSecret: true,
    sample: "secret",
  }),
  maxOccupants: number({
    field: "muc#roomconfig_maxusers",
    label: { en: "Occupant limit", zh: "群内人数上限" },
    least: 1,
    most: "max_occupants",
    suggestions: [10, 20, 50, 100, 200, 500],
    sample: 7,
  }),
  moderated: boolean({
    field: "muc#roomconfig_moderatedroom",
    label: { en: "Only occupants with voice may speak", zh: "只有获得发言权的人可以发言" },
  }),
  whois: choice<"moderators" | "anyone">({
    field: "muc#roomconfig_whois",
    label: { en: "Who sees real addresses", zh: "谁可以看到真实地址" },
    choices: {
      moderators: { en: "Moderators", zh: "主持人" },
      anyone: { en: "All occupants", zh: "群内所有人" },
    },
    default: "moderators",
    made: "anyone",
    sample: "anyone",
  }),
  presenceBroadcast: roles({
    field: "muc#roomconfig_presencebroadcast",
    label: { en: "Roles whose presence is shown to others", zh: "向其他人显示哪些角色的状态" },
    sample: ["moderator"],
  }),
  memberList: roles({
    field: "muc#roomconfig_getmemberlist",
    label: { en: "Roles that may read the member list", zh: "哪些角色可以查看成员列表" },
    sample: ["moderator"],
  }),
  changeSubject: boolean({
    field: "muc#roomconfig_changesubject",
    label: { en: "Participants may change the subject", zh: "参与者可以修改主题" },
    info: ["muc#roominfo_changesubject", "muc#roomconfig_changesubject"],
  }),
  allowInvites: boolean({
    field: "muc#roomconfig_allowinvites",
    aliases: ["{http://prosody.im/protocol/muc}roomconfig_allowmemberinvites"],
    label: { en: "All occupants may invite", zh: "所有群内的人都可以邀请" },
    default: true,
    info: ["muc#roomconfig_allowinvites"],
  }),
  allowPm: choice<"anyone" | "participants" | "members" | "moderators" | "none">({
    field: "muc#roomconfig_allowpm",
    label: { en: "Who may send private messages", zh: "谁可以发送私信" },
    choices: {
      anyone: { en: "Everybody", zh: "所有人" },
      participants: { en: "Occupants with voice", zh: "有发言权的人" },
      members: { en: "Members", zh: "成员" },
      moderators: { en: "Moderators", zh: "主持人" },
      none: { en: "Nobody", zh: "没有人" },
    },
    default: "anyone",
    info: ["muc#roomconfig_allowpm"],
    sample: "none",
  }),
  moderatorsReachable: boolean({
    // Prosody has the same field.
    field: "{xmpp:prosody.im}muc#allow_modpm",
    label: {
      en: "Private messages to and from moderators are always allowed",
      zh: "始终可以与主持人互发私信",
    },
    default: true,
  }),
  allowQueries: boolean({
    // ejabberd has the same field. Gajim reads it in disco#info before it sends requests to other occupants.
    field: "muc#roomconfig_allow_query_users",
    aliases: ["allow_query_users"],
    label: { en: "Occupants may query each other", zh: "群内的人可以互相查询" },
    default: true,
    info: ["muc#roomconfig_allow_query_users"],
  }),
  history: number({
    field: "muc#roomconfig_historylength",
    label: { en: "Recent messages that newcomers get", zh: "新进入者收到的最近消息条数" },
    default: 20,
    least: 0,
    most: "max_history",
    sample: 3,
  }),
  archive: boolean({
    field: "muc#roomconfig_enablearchiving",
    aliases: ["muc#roomconfig_mam", "mam"],
    label: { en: "Messages are kept in the archive", zh: "保存聊天记录" },
    default: true,
    xep: 313,
  }),
  archiveDays: number({
    // Fields that are not registered have a namespace in their name (XEP-0068 §3.4).
    field: "{urn:qtalk:rooms:0}archive_days",
    label: { en: "Days for which messages are kept", zh: "聊天记录保留天数" },
    default: 0,
    least: 1,
    most: "archive_days",
    sample: 5,
    xep: 313,
  }),
  logged: boolean({
    field: "muc#roomconfig_enablelogging",
    label: {
      en: "The room announces that its messages are logged publicly",
      zh: "提示群内的人：聊天内容被公开记录",
    },
    info: ["muc#roomconfig_enablelogging"],
  }),
};

export type OptionName = keyof typeof ROOM_OPTIONS;

export type RoomOptions = { readonly [K in OptionName]: z.output<(typeof ROOM_OPTIONS)[K]["schema"]> };

export const OPTION_NAMES = Object.keys(ROOM_OPTIONS) as readonly OptionName[];

/** The options without a default in the configuration: each room has its own values. */
const OWN: ReadonlySet<OptionName> = new Set(["name", "description", "password"]);

/** The options with the configuration keys in rooms.entered and rooms.made that set their defaults. */
export const OPTION_ROWS = Object.fromEntries(
  OPTION_NAMES.map((name) => [
    name,
    { xep: 45, ...ROOM_OPTIONS[name], key: OWN.has(name) ? undefined : wordOf(name) },
  ]),
) as unknown as {
  readonly [K in OptionName]: RoomOption<RoomOptions[K]> & {
    readonly xep: number;
    readonly key: string | undefined;
  };
};

/** Returns an option's word in the configuration and on the command line, such as members_only. */
export function wordOf(option: OptionName): string {
  return option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The keys in the section `rooms` of the configuration that set options of new rooms. */
export interface DefaultOptions extends Bounds {
  readonly entered: Partial<RoomOptions>;
  readonly made: Partial<RoomOptions>;
}

/** Returns the options of a room that a user creates by entering it. */
export function optionsOfEntered(config: DefaultOptions): RoomOptions {
  return { ...defaultsOf(config, "entered"), ...config.entered };
}

/** Returns the options of a room that a program or an administrator creates. */
export function optionsOfMade(config: DefaultOptions, name: string, description: string): RoomOptions {
  return { ...defaultsOf(config, "made"), ...config.made, name, description };
}

/** Parses a room's stored options, in JSON. Missing options get the default. */
export function readOptions(json: string, config: DefaultOptions): RoomOptions {
  return { ...defaultsOf(config, "entered"), ...(JSON.parse(json) as Partial<RoomOptions>) };
}

function defaultsOf(config: DefaultOptions, kind: "entered" | "made"): RoomOptions {
  const defaults = OPTION_NAMES.map((option) => {
    const row = OPTION_ROWS[option];
    return [option, (kind === "made" ? row.made : undefined) ?? row.usual(config)] as const;
  });
  return Object.fromEntries(defaults) as unknown as RoomOptions;
}
