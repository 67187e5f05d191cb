/** The configuration's sections. Most are declared in the part of the program that uses them. */
import { z } from "zod";
import { count } from "../../component/config-values.js";
import { componentSections, xmppConfig, type XmppConfig } from "../../component/config.js";
import { consoleConfig, httpConfig } from "../../http/config.js";
import { smtpConfig } from "../../http/mail/config.js";

const storageConfig = z.strictObject({
  path: z
    .string()
    .min(1)
    .default("/var/lib/qtalk-component/qtalk.db")
    .describe(
      "path of the SQLite database; the default folder is created if missing, other folders must exist",
    ),
});

const logConfig = z.strictObject({
  level: z.enum(["error", "warn", "info", "debug"]).default("info").describe("minimum level of log messages"),
  file: z.string().min(1).optional().describe("log file (default: standard output)"),
  max_bytes: count(1024, 50 * 1024 ** 2).describe("size in bytes at which the log file is rotated"),
  files: count(1, 10).describe("old log files to keep"),
});

export const sections = {
  xmpp: xmppConfig,
  http: httpConfig,
  console: consoleConfig,
  smtp: smtpConfig,
  storage: storageConfig,
  log: logConfig,
  ...componentSections,
};

export type SectionName = keyof typeof sections;
export const SECTION_NAMES = Object.keys(sections) as SectionName[];
type Sections = { readonly [K in SectionName]: z.output<(typeof sections)[K]> };

/** A validated configuration, with defaults filled in and the secret in xmpp.password. */
export type Config = Omit<Sections, "xmpp"> & { readonly xmpp: XmppConfig & { readonly password: string } };
export type LogConfig = Config["log"];
