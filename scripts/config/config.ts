/** Validates a configuration that was read from a file, flags and environment variables. */
import { ownProperty } from "../../component/own-property.js";
import { collide } from "../../http/listen.js";
import { whyUnreadable } from "../file-access.js";
import { ConfigFaults, faultsOf, type Fault } from "./faults.js";
import { readInput } from "../inherited-files.js";
import { SECTION_NAMES, sections, type Config, type SectionName } from "./sections.js";

export type { Config } from "./sections.js";

type Raw = Readonly<Record<string, unknown>>;

/** The keys that take effect without a restart. */
const ALIVE = /^(?:limits|log|messages)\.|^http\.(?:batches|callers|proxies|metrics_local)$|^rooms\.admins$/;

/** Validates a whole configuration, as in the YAML file. @throws ConfigFaults with all errors */
export function parseConfig(raw: Raw): Config {
  return parseSections(raw, SECTION_NAMES);
}

/**
 * Validates the named sections, and reports unknown sections.
 * @param source where the configuration was read from, for the error's heading
 * @param faults errors that were found earlier
 * @throws ConfigFaults with all errors
 */
export function parseSections<K extends SectionName>(
  raw: Raw,
  names: readonly K[],
  source?: string,
  faults: Fault[] = [],
): Pick<Config, K> {
  faults.push(...unknownSections(raw));
  const config: Record<string, unknown> = {};
  for (const name of names) {
    const input = raw[name] ?? {};
    const result = sections[name].safeParse(input);
    if (result.success) config[name] = result.data;
    else faults.push(...faultsOf(name, result.error, input));
  }
  if (names.some((name) => name === "xmpp")) {
    const secret = secretOf((raw.xmpp ?? {}) as Raw);
    if (typeof secret === "string") config.xmpp = { ...(config.xmpp as object), password: secret };
    else faults.push(...secret);
    faults.push(...domainFaults(config));
  }
  faults.push(...listenFaults(config));
  if (faults.length > 0) throw new ConfigFaults(faults, source);
  return config as Pick<Config, K>;
}

function unknownSections(raw: Raw): Fault[] {
  return Object.keys(raw)
    .filter((name) => !SECTION_NAMES.some((known) => known === name))
    .map((where) => ({ where, what: `is not a section; the sections are ${SECTION_NAMES.join(", ")}` }));
}

/** Each domain has one meaning: the server routes hosts' stanzas itself, and addresses at hosts are users', not rooms'. */
function domainFaults({ xmpp = {}, rooms = {} }: { xmpp?: Raw; rooms?: Raw }): Fault[] {
  const { domain = "", hosts = [], host_aliases: aliases = {} } = xmpp as Partial<Config["xmpp"]>;
  const faults: Fault[] = [];
  if (hosts.includes(domain)) {
    const what = `must not be one of xmpp.hosts, as ${JSON.stringify(domain)} is; ${
      hosts.length > 1 || domain.split(".").length > 2
        ? `take it out of xmpp.hosts, which lists the users' domains, or give the component another one`
        : `use a domain of its own, such as groups.${domain}`
    }`;
    faults.push({ where: "xmpp.domain", what });
  }
  for (const [alias, host] of Object.entries(aliases)) {
    const where = `xmpp.host_aliases.${alias}`;
    if (alias === domain || hosts.includes(alias))
      faults.push({ where, what: "must be another name for a host, not xmpp.domain or one of xmpp.hosts" });
    else if (!hosts.includes(host))
      faults.push({
        where,
        what: `must be one of xmpp.hosts (${hosts.join(", ")}), not ${JSON.stringify(host)}`,
      });
  }
  for (const alias of (rooms as Partial<Config["rooms"]>).aliases ?? []) {
    if (!hosts.includes(alias) && !Object.hasOwn(aliases, alias)) continue;
    const what = `must be domains of rooms only, not ${JSON.stringify(alias)}, which xmpp.hosts or xmpp.host_aliases has`;
    faults.push({ where: "rooms.aliases", what });
  }
  return faults;
}

/** Calls and mail need a port each. A running component wouldn't notice: its own port counts as taken by itself. */
function listenFaults({ http, smtp }: Partial<Config>): Fault[] {
  if (http === undefined || smtp?.listen === undefined || !collide(http.listen, smtp.listen)) return [];
  const what = `must have another port than http.listen (${http.listen.text}), not ${JSON.stringify(smtp.listen.text)}`;
  return [{ where: "smtp.listen", what }];
}

/** Returns the secret from xmpp.password or its file. The schema reports wrong types. */
function secretOf({ password, password_file: file }: Raw): string | Fault[] {
  const fault = (where: string, what: string): Fault[] => [{ where, what }];
  if (password !== undefined && file !== undefined)
    return fault("xmpp.password", "must not be set beside xmpp.password_file: remove one of them");
  if (password === undefined && file === undefined)
    return fault("xmpp.password", "is required, or xmpp.password_file: the component's secret on the server");
  if (typeof password === "string") return password;
  if (typeof file !== "string" || file === "") return [];
  const wanted = `must be a file with the secret; ${file}`;
  try {
    const secret = readInput(file)
      .toString("utf8")
      .replace(/\r?\n$/, "");
    return secret === "" ? fault("xmpp.password_file", `${wanted} is empty`) : secret;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return fault("xmpp.password_file", `${wanted} ${whyUnreadable(file, code)}`);
  }
}

/** Returns the changed keys that take effect only after a restart. */
export function waitingKeys(started: Config, next: Config): string[] {
  return Object.entries(next).flatMap(([section, values]) => {
    const before = started[section as keyof Config] as Readonly<Record<string, unknown>>;
    return Object.entries(values)
      .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(ownProperty(before, key)))
      .map(([key]) => `${section}.${key}`)
      .filter((path) => !ALIVE.test(path));
  });
}
