/** The schema of the configuration's XMPP sections. The guide's reference is generated from the descriptions. */
import { z } from "zod";
import { Jid } from "./address.js";
import { account, contactConfig, count, domain } from "./config-values.js";
import { outboxConfig } from "./outbox/config.js";
import { checkDefaults, roomsPolicy } from "./rooms-policy.js";

function isService(text: string): boolean {
  const [, name] = /^xmpp-srv:\/\/([^/:]+)$/.exec(text) ?? [];
  if (name !== undefined) return Jid.of(undefined, name) !== undefined;
  const [, port] = /^xmpp:\/\/[^/]+:(\d{1,5})$/.exec(text) ?? [];
  return Number(port) >= 1 && URL.canParse(text.replace(/^xmpp:/, "http:"));
}

/** The server's address, a list of addresses, or a text with addresses separated by commas. */
const services = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((text) => text.split(",").map((part) => part.trim())))
  .refine(
    (all) => all.length > 0 && all.every(isService),
    "must be xmpp://ADDRESS:PORT, such as xmpp://127.0.0.1:5347, its port from 1 to 65535, or xmpp-srv://NAME; or a list of them",
  );

export { outboxConfig };

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
  send_as_users: z
    .enum(["auto", "privileged", "direct"])
    .default("auto")
    .describe(
      "send mode of messages in users' names: privileged (XEP-0356), direct, or the mode that each host allows (auto)",
    ),
  carbons: z
    .boolean()
    .default(true)
    .describe("in direct mode, send copies of messages to the sender's own sessions"),
});

export const notifyConfig = z.strictObject({
  carrier: z
    .enum(["auto", "presence", "headline", "both"])
    .default("auto")
    .describe("stanzas that send_notify sends; auto: headline messages in privileged mode, else presence"),
  max_age: count(1, 60).describe("seconds after which an unsent notification is dropped"),
});

export const messagesConfig = z.strictObject({
  readable: z
    .enum(["on", "off"])
    .default("on")
    .describe("convert QTalk's files, pictures and cards to text that every client shows"),
  language: z.enum(["en", "zh"]).default("en").describe("language of these texts and of invitations"),
  file_url: z
    .string()
    .regex(/^https?:\/\/\S*\/$/, "must be a URL that ends in a slash, such as https://im.example.org/")
    .optional()
    .describe("base URL for relative URLs of files and pictures"),
});

export const limitsConfig = z.strictObject({
  message_bytes: count(1024, 256 * 1024).describe("maximum size of a message, in bytes of its XML"),
  stanza_bytes: z
    .number()
    .int()
    .min(128 * 1024)
    .max(10 * 1024 ** 2)
    .default(256 * 1024)
    .describe(
      "maximum size of a stanza, in bytes, of which 16 KiB are kept for the component's additions; Prosody accepts 512 KiB",
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
  create: z
    .enum(["local", "api", "anyone"])
    .default("local")
    .describe(
      "who may create a room by entering it: users of xmpp.hosts (local), nobody (api), or everybody (anyone)",
    ),
  aliases: z
    .array(domain)
    .default([])
    .describe("other names for the component's domain in calls, such as [conference.example.org]"),
  absent_members: z
    .enum(["invite", "off"])
    .default("invite")
    .describe("invite members who are not inside when a message is sent to a room"),
  ...roomsPolicy,
  multicast: z
    .enum(["auto", "off"])
    .default("auto")
    .describe(
      "send to many receivers at once through the server's multicast service, if it has one (XEP-0033)",
    ),
  archive: z.boolean().default(true).describe("new rooms archive their messages"),
  archive_days: z
    .number()
    .int()
    .min(1)
    .max(36_500)
    .optional()
    .describe("retention of rooms' messages, in days (default: unlimited); owners may set fewer days"),
  tombstone_days: z
    .number()
    .int()
    .min(0)
    .max(36_500)
    .default(30)
    .describe("days for which only former owners may create a destroyed room again"),
  lock_minutes: z
    .number()
    .min(0.1)
    .default(60)
    .describe(
      "minutes after which a room that a user created by entering it is deleted if nobody configures it",
    ),
  history: z
    .number()
    .int()
    .min(0)
    .max(500)
    .default(20)
    .describe("recent messages that occupants of new rooms get on entering"),
  max_history: z
    .number()
    .int()
    .min(0)
    .max(500)
    .default(100)
    .describe("maximum that room owners may set for their room's history"),
  max_rooms: count(1, 1_000_000).describe("maximum rooms"),
  max_members: count(1, 20_000).describe("maximum affiliations of a room"),
  max_occupants: count(1, 1000).describe("maximum occupants of a room"),
  nick_length: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(64)
    .describe("maximum length of a nickname, in characters"),
  subject_bytes: count(1, 4096).describe("maximum size of a subject, in bytes"),
  history_bytes: count(0, 1024 ** 2).describe(
    "maximum size of the history that an occupant gets on entering, in bytes",
  ),
  presences_per_second: z
    .number()
    .min(0.1)
    .default(20)
    .describe(
      "presences that one user may send to rooms per second; long presences, and those to large rooms, count more",
    ),
  messages_per_second: z
    .number()
    .min(0.1)
    .default(20)
    .describe(
      "messages that one user may send to rooms per second; long messages and messages to large rooms count more; a change of options or affiliations counts a tenth",
    ),
  questions_per_second: z
    .number()
    .min(0.1)
    .default(20)
    .describe("requests that one user may send to other occupants per second, such as for pictures"),
  read_bytes_per_second: count(1024, 4 * 1024 ** 2).describe(
    "bytes of history, archives, lists and vCards that one user may read per second",
  ),
});

export const roomsConfig = roomsShape.superRefine(checkDefaults);

export const peopleConfig = z.strictObject({
  vcard_wait: z
    .number()
    .min(0.1)
    .max(60)
    .default(3)
    .describe("seconds that get_user_nick waits for a user's vCard"),
  vcard_remember: count(1, 24 * 3600).describe("seconds for which a user's vCard is cached"),
  vcard_remember_nobody: count(1, 3600).describe("seconds for which the absence of a user's vCard is cached"),
  avatar_bytes: count(0, 256 * 1024).describe(
    "maximum size of a picture from a vCard, in bytes; 0: no pictures",
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
  days: z.number().min(0.001).max(365).default(3).describe("days after which a key for web services expires"),
  per_user: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .describe("maximum keys of one user; a further one replaces the oldest"),
});

export const hooksConfig = z.strictObject({
  url: z
    .string()
    .regex(
      /^https?:\/\/[^\s?#]*[^\s?#/]$/,
      "must be a URL without a slash at its end, such as https://im.example.org",
    )
    .optional()
    .describe("base URL of hooks, before /hooks/ (default: http:// and http.listen)"),
  rate: z.number().min(0.1).default(10).describe("posts that one hook accepts per second"),
  body_bytes: count(1024, 1024 ** 2).describe("maximum size of a post to a hook, in bytes"),
  queue: count(1, 10_000).describe(
    "maximum queued events of one outgoing webhook; further events are dropped",
  ),
  rooms_per_bot: count(1, 20).describe("maximum rooms of other group chat services that one bot enters"),
});

export type PeopleConfig = z.output<typeof peopleConfig>;
export type HooksConfig = z.output<typeof hooksConfig>;
export type KeysConfig = z.output<typeof keysConfig>;
export type XmppConfig = z.output<typeof xmppConfig>;
export type NotifyConfig = z.output<typeof notifyConfig>;
export type MessagesConfig = z.output<typeof messagesConfig>;
export type OutboxConfig = z.output<typeof outboxConfig>;
export type LimitsConfig = z.output<typeof limitsConfig>;
export type RoomsConfig = z.output<typeof roomsConfig>;
