/** Lists the formats of incoming webhooks, and detects the format of a post. */
import { HookFault } from "../fault.js";
import { alertmanager } from "./alertmanager.js";
import { fieldsOf } from "./fields.js";
import { headerIn, type Format, type FormatHeaders, type Payload } from "./format.js";
import { apprise } from "./apprise.js";
import { discord } from "./discord.js";
import { gatus } from "./gatus.js";
import { github } from "./github.js";
import { gitlab } from "./gitlab.js";
import { googleChat } from "./google-chat.js";
import { gotify } from "./gotify.js";
import { grafana } from "./grafana.js";
import { healthchecks } from "./healthchecks.js";
import { jenkins } from "./jenkins.js";
import { mail } from "./mail.js";
import { netdata } from "./netdata.js";
import { ntfy } from "./ntfy.js";
import { proxmox } from "./proxmox.js";
import { rocketchat } from "./rocketchat.js";
import { servarr } from "./servarr.js";
import { slack } from "./slack.js";
import { teams } from "./teams.js";
import { template, textFormat } from "./text.js";
import { homeAssistant } from "./home-assistant.js";
import { sentry } from "./sentry.js";
import { uptimeKuma } from "./uptime-kuma.js";
import { zabbix } from "./zabbix.js";
import { elided, quoted } from "../../wording.js";

/** The formats of certain programs, in the order of lists. None recognises the posts of another. */
export const PROGRAMS: readonly Format[] = [
  github,
  gitlab,
  sentry,
  alertmanager,
  grafana,
  uptimeKuma,
  zabbix,
  healthchecks,
  gatus,
  netdata,
  jenkins,
  proxmox,
  servarr,
  homeAssistant,
];
/** The formats of other programs' servers, in which many programs can post. */
const SERVICES: readonly Format[] = [gotify, apprise, ntfy, rocketchat, teams, discord, googleChat, mail];
/** All formats, in the order in which the format of a post is detected: the general ones are last. */
export const FORMATS: readonly Format[] = [...PROGRAMS, ...SERVICES, textFormat, slack, template];
/** The formats that can be detected: hooks must name a format for which each needs its own template. */
const DETECTED = FORMATS.filter(({ needsTemplate }) => needsTemplate !== true);

/** The value of the option --format for hooks that detect the format of each post. */
export const AUTO = "auto";
export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name);

/** The formats by what their programs add to the path of a hook's URL. */
export const SUFFIXES: ReadonlyMap<string, Format> = new Map(
  FORMATS.flatMap((format) => (format.suffixes ?? []).map((suffix) => [suffix, format])),
);
/** What programs that have the secret as a token add to `/hooks/ID`. */
export const TOKEN_SUFFIXES: readonly string[] = FORMATS.filter(({ takesToken }) => takesToken).flatMap(
  ({ suffixes = [] }) => suffixes,
);

export function formatNamed(name: string): Format | undefined {
  return FORMATS.find((format) => format.name === name);
}

/** Returns the names of all headers that serve this purpose in any format. */
export function formatHeadersOf(kind: keyof FormatHeaders): readonly string[] {
  return FORMATS.flatMap(({ headers }) => headers?.[kind] ?? []);
}

/** Returns the JSON that a GET request to a hook's URL says in its query; undefined if it is no post. */
export function jsonIn(query: URLSearchParams, wanted: string): unknown {
  const formats = wanted === AUTO ? DETECTED : FORMATS.filter(({ name }) => name === wanted);
  for (const format of formats) {
    const json = format.jsonIn?.(query);
    if (json !== undefined) return json;
  }
  return undefined;
}

/** Returns the format of a post. @param wanted name of the format that the hook requires, or "auto" */
export function formatOf(posted: Payload, wanted: string): Format | HookFault {
  const named = posted.suffix === undefined ? undefined : SUFFIXES.get(posted.suffix);
  if (wanted === AUTO && named !== undefined)
    return named.recognises(posted) ? named : unknown(posted, [named]);
  if (wanted === AUTO)
    return DETECTED.find((format) => format.recognises(posted)) ?? unknown(posted, DETECTED);
  const format = formatNamed(wanted);
  if (format === undefined)
    return new HookFault("unavailable", `the hook's format ${wanted} is unknown to this version`);
  return format.recognises(posted) ? format : unknown(posted, [format]);
}

/** Returns the fault of a post in an unknown format, with the post's type and the expected formats. */
function unknown(posted: Payload, expected: readonly Format[]): HookFault {
  const wanted = expected.map(({ name, knownBy }) => `${name} (${knownBy})`).join(", ");
  return new HookFault("payload", `the post is ${understood(posted)}; expected ${wanted}`);
}

/** How many keys of a JSON object an error message lists. */
const LISTED_KEYS = 10;

function understood({ json, text: given, mail, files = [], headers }: Payload): string {
  const event = headerIn(headers, formatHeadersOf("event"));
  if (mail !== undefined) return "a mail";
  if (json === undefined) return given !== undefined ? "text" : files.length > 0 ? "a file" : "empty";
  const { value } = json;
  const named = event === undefined ? "" : `, an event ${quoted(event)}`;
  if (typeof value !== "object" || value === null) return `JSON, but neither an object nor a list${named}`;
  if (Array.isArray(value)) return `a JSON list${named}`;
  const keys = Object.keys(fieldsOf(value));
  const some = keys.slice(0, LISTED_KEYS).map((key) => elided(key, 40));
  const more = keys.length > LISTED_KEYS ? ` and ${keys.length - LISTED_KEYS} more` : "";
  const isForm = /^(?:application\/x-www-form-|multipart\/)/i.test(headerIn(headers, ["content-type"]) ?? "");
  const what = isForm ? "form" : "JSON object";
  return keys.length === 0 ? `an empty ${what}${named}` : `a ${what} with ${some.join(", ")}${more}${named}`;
}
