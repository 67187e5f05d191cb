/** The configuration's sections, each declared where its part of the program is; a new one is a line here. */
import { z } from "zod";
import {
  hooksConfig,
  keysConfig,
  limitsConfig,
  messagesConfig,
  notifyConfig,
  outboxConfig,
  peopleConfig,
  roomsConfig,
  xmppConfig,
  type XmppConfig,
} from "../../component/config.js";
import { httpConfig } from "../../http/config.js";
import { consoleConfig } from "../../http/console/config.js";

const storageConfig = z.strictObject({
  path: z
    .string()
    .min(1)
    .default("/var/lib/qtalk-component/qtalk.db")
    .describe("the SQLite file; the usual folder is made where it is missing, any other must exist"),
});

const logConfig = z.strictObject({
  level: z
    .enum(["error", "warn", "info", "debug"])
    .default("info")
    .describe("the least important messages that are logged"),
  file: z.string().min(1).optional().describe("a file for the log, instead of standard output"),
  max_bytes: z
    .number()
    .int()
    .min(1024)
    .default(50 * 1024 ** 2)
    .describe("the size at which that file is rotated"),
  files: z.number().int().min(1).default(10).describe("how many such files are kept"),
});

export const sections = {
  xmpp: xmppConfig,
  http: httpConfig,
  console: consoleConfig,
  storage: storageConfig,
  log: logConfig,
  messages: messagesConfig,
  notify: notifyConfig,
  outbox: outboxConfig,
  limits: limitsConfig,
  people: peopleConfig,
  keys: keysConfig,
  rooms: roomsConfig,
  hooks: hooksConfig,
};

export type SectionName = keyof typeof sections;
type Sections = { readonly [K in SectionName]: z.output<(typeof sections)[K]> };

/** A checked configuration: defaults filled in, and the secret at hand wherever it was configured. */
export type Config = Omit<Sections, "xmpp"> & { readonly xmpp: XmppConfig & { readonly password: string } };
export type LogConfig = Config["log"];
