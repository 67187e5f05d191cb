/** The schema of the configuration's sections for the layer component/. The guide's reference is generated from the descriptions. */
import { z } from "zod";
import { Jid } from "./addresses/address.js";
import { account, amount, contactConfig, count, domain, oneOf } from "./config-values.js";
import { outboxConfig } from "./outbox/config.js";
import { checkDefaults, roomsPolicy } from "./muc/options/rooms-policy.js";

function isService(text: string): boolean {
  const [, name] = /^xmpp-srv:\/\/([^/:]+)$/.exec(text) ?? [];
  if (name !== undefined) return Jid.of(undefined, name) !== undefined;
  const [, port] = /^xmpp:\/\/[^/]+:(\d{1,5})$/.exec(text) ?? [];
  return Number(port) >= 1 && URL.canParse(text.replace(/^xmpp:/, "http:"));
}

/** Whether a client can use the URL: also user and password in it must be readable. */
function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\/\S+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return [username, password].every((part) => /^(?:[^%]|%[0-9A-Fa-f]{2})*$/.test(part));
}

/** The server's address, a list of addresses, or a text with addresses separated by commas. */
const services = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((text) => text.split(",").map((part) => part.trim())))
  .refine(
    (all) => all.length > 0 && all.every(isService),
    "must be xmpp://ADDRESS:PORT, such as xmpp://127.0.0.1:5347, its port from 1 to 65535, or xmpp-srv://NAME; or a list of them",
  );

export const xmppConfig = z.strictObject({
  service: services
    .prefault("xmpp://127.0.0.1:5347")
    .describe(
      "URL of the server's component port; for a cluster, a list of its nodes' URLs, or xmpp-srv://NAME to use SRV records",
    ),
  domain: domain.describe("domain of the component and of its rooms"),
  password: z.string().min(1).optional().describe("the component's secret, as configured on the server"),
  password_file: z
    .string()
    .min(1)
    .optional()
    .describe("file that contains the secret, instead of xmpp.password"),
  hosts: z.array(domain).min(1).describe("the users' domains; the first is the default host"),
  host_aliases: z
    .record(domain, domain)
    .default({})
    .describe("other names for hosts in calls, such as {qtalk: example.org}"),
  foreign_senders: z
    .boolean()
    .default(false)
    .describe("allow calls to name senders of other hosts, if the server allows them"),
  send_as_users: oneOf(["auto", "privileged", "direct", "never"], "auto").describe(
    "how messages are sent as users: as each host allows (auto), privileged (XEP-0356), direct, or never",
  ),
  carbons: z
    .boolean()
    .default(true)
    .describe("in direct mode, send copies of messages to the sender's own sessions"),
});

export const notifyConfig = z.strictObject({
  carrier: oneOf(["auto", "presence", "headline", "both"], "auto").describe(
    "stanzas that send_notify sends; auto: headline messages in privileged mode, else presence",
  ),
  max_age: count(1, 60).describe("seconds after which an unsent notification is dropped"),
});

export const messagesConfig = z.strictObject({
  readable: oneOf(["on", "off"], "on").describe(
    "convert QTalk's files, pictures and cards to text that every client shows",
  ),
  language: oneOf(["en", "zh"], "en").describe("language of these texts and of invitations"),
  file_url: z
    .string()
    .regex(/^https?:\/\/\S*\/$/, "must be a URL that ends in a slash, such as https://im.example.org/")
    .optional()
    .describe("base URL for relative URLs of files and pictures"),
});

export const limitsConfig = z.strictObject({
  message_bytes: count(1024, 256 * 1024).describe("maximum size of a message, in bytes of its XML"),
  stanza_bytes: count(128 * 1024, 256 * 1024, 10 * 1024 ** 2).describe(
    "maximum size of a stanza, in bytes; 16 KiB of them are kept for what the component adds; Prosody accepts 512 KiB",
  ),
  memory: count(128 * 1024 ** 2, 1024 ** 3).describe(
    "memory in bytes; new work is refused while more than three quarters are used",
  ),
  batch: count(1, 1000).describe("maximum messages in one call of send_thirdmessage"),
  recipients: count(1, 200_000).describe("maximum receivers in one call"),
  members: count(1, 10_000).describe("maximum members or users in one call"),
});

const roomsShape = z.strictObject({
  admins: z
    .array(account)
    .default([])
    .describe(
      "service administrators, such as [admin@example.org], who have an owner's rights in every room",
    ),
  contact: contactConfig,
  create: oneOf(["local", "api", "anyone"], "local").describe(
    "who may create a room by entering it: users of xmpp.hosts (local), everybody (anyone), or nobody, only calls and commands (api)",
  ),
  aliases: z
    .array(domain)
    .default([])
    .describe(
      "other names for the component's domain in calls, such as [conference.old.example.org]; never a domain that the server serves",
    ),
  absent_members: oneOf(["invite", "off"], "invite").describe(
    "when a message is sent to a room, invite its members who were never inside or invited",
  ),
  invite_again: count(0, 24, 8760).describe(
    "hours for which members who were inside must be away until a message invites them again, once; 0: never",
  ),
  ...roomsPolicy,
  multicast: oneOf(["auto", "off"], "auto").describe(
    "send to many receivers at once through the server's multicast service, if it has one (XEP-0033)",
  ),
  archive_days: z
    .number()
    .int()
    .min(1)
    .max(36_500)
    .optional()
    .describe("retention of rooms' messages, in days (default: unlimited); owners may set fewer days"),
  tombstone_days: count(0, 30, 36_500).describe(
    "days for which only former owners and administrators may create a destroyed room again",
  ),
  lock_minutes: amount(0.1, 60).describe(
    "minutes after which a room created by entering it is deleted, unless it is configured",
  ),
  max_history: count(0, 100, 500).describe("maximum that room owners may set for their room's history"),
  max_rooms: count(1, 1_000_000).describe("maximum rooms"),
  max_members: count(1, 20_000).describe("maximum affiliations of a room"),
  max_occupants: count(1, 1000).describe("maximum occupants of a room"),
  nick_length: count(1, 64, 1000).describe("maximum length of a nickname, in characters"),
  subject_bytes: count(1, 4096).describe("maximum size of a subject, in bytes"),
  history_bytes: count(0, 1024 ** 2).describe(
    "maximum size of the history that an occupant gets on entering, in bytes",
  ),
  presences_per_second: amount(0.1, 20).describe(
    "presences that one user may send to rooms per second; long presences, and those to large rooms, count more",
  ),
  messages_per_second: amount(0.1, 20).describe(
    "messages that one user may send to rooms per second; long messages and messages to large rooms count more; a change of options or affiliations counts a tenth",
  ),
  questions_per_second: amount(0.1, 20).describe(
    "requests that one user may send to other occupants per second, such as for pictures",
  ),
  read_bytes_per_second: count(1024, 4 * 1024 ** 2).describe(
    "bytes of history, archives, lists and vCards that one user may read per second",
  ),
});

export const roomsConfig = roomsShape.superRefine(checkDefaults);

export const peopleConfig = z.strictObject({
  vcard_wait: amount(0.1, 3, 60).describe("seconds that get_user_nick waits for a user's vCard"),
  vcard_remember: count(1, 24 * 3600).describe("seconds for which a user's vCard is cached"),
  vcard_remember_nobody: count(1, 3600).describe("seconds for which the absence of a user's vCard is cached"),
  avatar_bytes: count(0, 256 * 1024).describe(
    "maximum size of a picture of a user, bot or room, in bytes; 0: no pictures",
  ),
  avatar_url: z
    .string()
    .regex(
      /^(?:https?:\/\/\S*|[^\s:]*)\/$/,
      "must be a URL that ends in a slash, such as https://im.example.org/file/avatar/",
    )
    .default("file/avatar/")
    .describe(
      "base URL of vCard pictures in responses of get_user_nick; the component serves the pictures at /file/avatar/",
    ),
});

export const keysConfig = z.strictObject({
  days: amount(0.001, 3, 365).describe("days after which a key for web services expires"),
  per_user: count(1, 20, 1000).describe("maximum keys of one user; a further one replaces the oldest"),
});

export const hooksConfig = z.strictObject({
  url: z
    .string()
    .regex(
      /^https?:\/\/[^\s?#]*[^\s?#/]$/,
      "must be a URL without a slash at its end, such as https://im.example.org",
    )
    .optional()
    .describe(
      "base URL of hooks, before /hooks/, of short links in alerts, before /s/, and of files, before /files/ (default: the address http.listen, without short links and files)",
    ),
  rate: amount(0.1, 10).describe(
    "posts that one hook accepts per second, and messages that bots accept from one user per second",
  ),
  body_bytes: count(1024, 1024 ** 2).describe("maximum size of a post to a hook, in bytes"),
  posts_bytes: count(1024, 32 * 1024 ** 2).describe(
    "maximum size of all posts and mails to hooks that arrive or are handled at a time, in bytes; further large ones are to be tried again later",
  ),
  queue: count(1, 10_000).describe(
    "maximum queued events, and maximum dead letters, of one outgoing webhook; maximum posts that wait for one room of another group chat service",
  ),
  take_reactions: z
    .array(z.string().min(1).max(32))
    .default(["👀"])
    .describe("reactions (XEP-0444) with which people take an alert"),
  rooms_per_bot: count(1, 20).describe("maximum rooms of other group chat services that one bot enters"),
  by_owners: z
    .boolean()
    .default(false)
    .describe(
      "whether owners of rooms may make incoming hooks of their own rooms, by chat with the component",
    ),
  per_room: count(1, 20).describe("maximum hooks that a room's owners make for it"),
  files_mb: count(0, 100).describe(
    "maximum size of all files of posts on disk, in MB: those being uploaded, and those served below hooks.url if the server's upload service takes none; 0: files are only named",
  ),
  files_days: count(1, 30).describe("days for which files are served below hooks.url"),
});

export const operatorsConfig = z.strictObject({
  changes_days: count(1, 90, 3650).describe("days for which changes are listed (command changes)"),
});

export const serviceConfig = z.strictObject({
  ping_url: z
    .string()
    .refine(isHttpUrl, "must be an http or https URL, such as https://hc-ping.com/UUID")
    .optional()
    .describe(
      "URL of a monitor, such as Healthchecks or a push monitor of Uptime Kuma, that is asked each minute while the component is ready",
    ),
});

export type PeopleConfig = z.output<typeof peopleConfig>;
export type HooksConfig = z.output<typeof hooksConfig>;
export type KeysConfig = z.output<typeof keysConfig>;
export type XmppConfig = z.output<typeof xmppConfig>;
export type NotifyConfig = z.output<typeof notifyConfig>;
export type MessagesConfig = z.output<typeof messagesConfig>;
export type LimitsConfig = z.output<typeof limitsConfig>;
export type RoomsConfig = z.output<typeof roomsConfig>;

export const componentSections = {
  messages: messagesConfig,
  notify: notifyConfig,
  outbox: outboxConfig,
  limits: limitsConfig,
  people: peopleConfig,
  keys: keysConfig,
  rooms: roomsConfig,
  hooks: hooksConfig,
  operators: operatorsConfig,
  service: serviceConfig,
};

/** The configuration of a service. */
export type ServiceConfig = { readonly xmpp: XmppConfig } & {
  readonly [K in keyof typeof componentSections]: z.output<(typeof componentSections)[K]>;
};
