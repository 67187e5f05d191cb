/** The configuration of the XMPP side: shapes, defaults and their meaning. The reference is generated from it. */
import { z } from "zod";
import { Jid } from "./address.js";
import { account, contactConfig, domain } from "./config-addresses.js";
import { outboxConfig } from "./outbox/config.js";
import { checkDefaults, roomsPolicy } from "./rooms-policy.js";

function isService(text: string): boolean {
  const [, name] = /^xmpp-srv:\/\/([^/:]+)$/.exec(text) ?? [];
  if (name !== undefined) return Jid.of(undefined, name) !== undefined;
  const [, port] = /^xmpp:\/\/[^/]+:(\d{1,5})$/.exec(text) ?? [];
  return Number(port) >= 1 && URL.canParse(text.replace(/^xmpp:/, "http:"));
}

/** One, several in a list, or several in one text with commas between them. */
const services = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((text) => text.split(",").map((part) => part.trim())))
  .refine(
    (all) => all.length > 0 && all.every(isService),
    "wants xmpp://ADDRESS:PORT, such as xmpp://127.0.0.1:5347, its port from 1 to 65535, or xmpp-srv://NAME; or a list of them",
  );

export { outboxConfig };

export const xmppConfig = z.strictObject({
  service: services
    .prefault("xmpp://127.0.0.1:5347")
    .describe(
      "where the server listens for components; of a cluster a list of its nodes, or xmpp-srv://NAME for the SRV records of _xmpp-component._tcp.NAME",
    ),
  domain: domain.describe("the component's own domain: its rooms live here"),
  password: z.string().min(1).optional().describe("the component's secret, as the server has it"),
  password_file: z.string().min(1).optional().describe("a file that holds the secret, instead of password"),
  hosts: z.array(domain).min(1).describe("whose users it speaks for; the first is the default host"),
  host_aliases: z
    .record(domain, domain)
    .default({})
    .describe(
      "names that calls may give to hosts, and the hosts that they mean, such as {qtalk: example.org}",
    ),
  foreign_senders: z
    .boolean()
    .default(false)
    .describe("whether senders of other hosts may be named; the server must let them through, too"),
  send_as_users: z
    .enum(["auto", "privilege", "forge"])
    .default("auto")
    .describe(
      "how messages go in users' names: by their host's permission (privilege, XEP-0356), from their addresses as if they sent them (forge), or by permission where there is one",
    ),
  carbons: z
    .boolean()
    .default(true)
    .describe(
      "whether a sender's own sessions get a copy of what is sent in their name; by permission the server makes it",
    ),
});

export const notifyConfig = z.strictObject({
  carrier: z
    .enum(["auto", "presence", "headline", "both"])
    .default("auto")
    .describe(
      "the stanzas that carry a notification; auto: presence, or a headline where messages go by permission",
    ),
  max_age: z
    .number()
    .int()
    .min(1)
    .default(60)
    .describe("seconds after which an undelivered notification is dropped"),
});

export const messagesConfig = z.strictObject({
  readable: z
    .enum(["on", "off"])
    .default("on")
    .describe("whether QTalk's files, pictures, cards become lines that every client shows"),
  language: z.enum(["en", "zh"]).default("en").describe("the language of such lines and of invitations"),
  file_url: z
    .string()
    .regex(/^https?:\/\/\S*\/$/, "wants a URL that ends in a slash, such as https://im.example.org/")
    .optional()
    .describe("what precedes relative URLs of such files and pictures"),
});

export const limitsConfig = z.strictObject({
  message_bytes: z
    .number()
    .int()
    .min(1024)
    .default(256 * 1024)
    .describe("the longest message, in bytes of its XML"),
  stanza_bytes: z
    .number()
    .int()
    .min(128 * 1024)
    .max(10 * 1024 ** 2)
    .default(256 * 1024)
    .describe(
      "the most bytes of one stanza, 16 KiB of them for addresses and envelopes; Prosody takes 512 KiB",
    ),
  memory: z
    .number()
    .int()
    .min(128 * 1024 ** 2)
    .default(1024 ** 3)
    .describe("the most memory to use, in bytes; from three quarters of it on, new work is refused"),
  batch: z.number().int().min(1).default(1000).describe("the most messages in one call of send_thirdmessage"),
  recipients: z.number().int().min(1).default(200_000).describe("the most receivers in one call"),
  members: z.number().int().min(1).default(10_000).describe("the most members or users in one call"),
});

const roomsShape = z.strictObject({
  admins: z
    .array(account)
    .default([])
    .describe(
      "the service's administrators, such as [admin@example.org]: every room's owners, and listed in none",
    ),
  contact: contactConfig,
  create: z
    .enum(["local", "api", "anyone"])
    .default("local")
    .describe("who makes a room by entering it: users of the hosts served, nobody (api), or anyone"),
  aliases: z
    .array(domain)
    .default([])
    .describe("domains that calls may name and mean the component's own, such as conference.example.org"),
  absent_members: z
    .enum(["invite", "off"])
    .default("invite")
    .describe("whether members who are not inside are sent an invitation when something is said"),
  ...roomsPolicy,
  multicast: z
    .enum(["auto", "off"])
    .default("auto")
    .describe("whether rooms tell many at once through the server, where it can (XEP-0033)"),
  archive: z.boolean().default(true).describe("whether new rooms keep an archive"),
  archive_days: z
    .number()
    .int()
    .min(1)
    .max(36_500)
    .optional()
    .describe("days for which what is said in rooms is kept, by default for ever; owners may set fewer"),
  tombstone_days: z
    .number()
    .int()
    .min(0)
    .max(36_500)
    .default(30)
    .describe("days for which only its former owners may make a destroyed persistent room again; 0: none"),
  lock_minutes: z
    .number()
    .min(0.1)
    .default(60)
    .describe("minutes after which a room goes that was made by entering it and that nobody has configured"),
  history: z
    .number()
    .int()
    .min(0)
    .max(500)
    .default(20)
    .describe("how many messages of history new rooms give to those who enter"),
  max_history: z.number().int().min(0).max(500).default(100).describe("the most that owners may set it to"),
  max_rooms: z.number().int().min(1).default(1_000_000).describe("the most rooms"),
  max_members: z.number().int().min(1).default(20_000).describe("the most affiliations of one room"),
  max_occupants: z.number().int().min(1).default(1000).describe("the most occupants of one room"),
  nick_length: z.number().int().min(1).max(1000).default(64).describe("the longest nickname, in characters"),
  subject_bytes: z.number().int().min(1).default(4096).describe("the longest subject, in bytes"),
  history_bytes: z
    .number()
    .int()
    .min(0)
    .default(1024 ** 2)
    .describe("the longest history given to one who enters, in bytes"),
  presences_per_second: z
    .number()
    .min(0.1)
    .default(20)
    .describe(
      "how often one user may enter or change presence in a second, what is long or told to many counting more",
    ),
  messages_per_second: z
    .number()
    .min(0.1)
    .default(20)
    .describe(
      "how many messages one user may send in a second; what is long or told to many counts more, a small change of a room a tenth",
    ),
  questions_per_second: z
    .number()
    .min(0.1)
    .default(20)
    .describe(
      "how often one user may ask other occupants for something in a second, such as for their pictures",
    ),
  read_bytes_per_second: z
    .number()
    .int()
    .min(1024)
    .default(4 * 1024 ** 2)
    .describe("how much history, archives, lists and vCards one user may read in a second, in bytes"),
});

export const roomsConfig = roomsShape.superRefine(checkDefaults);

export const peopleConfig = z.strictObject({
  vcard_wait: z
    .number()
    .min(0.1)
    .max(60)
    .default(3)
    .describe("seconds that get_user_nick waits for a user's vCard from their server"),
  vcard_remember: z
    .number()
    .int()
    .min(1)
    .default(24 * 3600)
    .describe("seconds for which a user's vCard is remembered"),
  vcard_remember_nobody: z
    .number()
    .int()
    .min(1)
    .default(3600)
    .describe("seconds for which it is remembered that a user has no vCard"),
  avatar_bytes: z
    .number()
    .int()
    .min(0)
    .default(256 * 1024)
    .describe("the largest picture taken from a vCard, in bytes; 0 takes none"),
  avatar_url: z
    .string()
    .regex(
      /^(?:https?:\/\/\S*|[^\s:]*)\/$/,
      "wants a URL that ends in a slash, such as https://im.example.org/file/avatar/",
    )
    .default("file/avatar/")
    .describe(
      "what precedes the file name of such a picture in get_user_nick's Vcard; served at /file/avatar/",
    ),
});

export const keysConfig = z.strictObject({
  days: z.number().min(0.001).max(365).default(3).describe("days for which a key for web services is good"),
  per_user: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .describe("the most keys of one user; the oldest go"),
});

export const hooksConfig = z.strictObject({
  url: z
    .string()
    .regex(
      /^https?:\/\/[^\s?#]*[^\s?#/]$/,
      "wants a URL without a slash at its end, such as https://im.example.org",
    )
    .optional()
    .describe(
      "what precedes /hooks/ in the addresses that are shown; http:// and http.listen where left out",
    ),
  rate: z.number().min(0.1).default(10).describe("how many posts one hook takes in a second"),
  body_bytes: z
    .number()
    .int()
    .min(1024)
    .default(1024 ** 2)
    .describe("the longest post that a hook takes, in bytes"),
  queue: z
    .number()
    .int()
    .min(1)
    .default(10_000)
    .describe("the most events that wait for one hook that is told of them; what comes then is dropped"),
  rooms_per_bot: z
    .number()
    .int()
    .min(1)
    .default(20)
    .describe("the most rooms of other services that one bot enters"),
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
