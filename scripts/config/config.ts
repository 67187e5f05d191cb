/** Validates a configuration that was read from a file, flags and environment variables. */
import { ownProperty } from "../../component/own-property.js";
import { exposure, type HttpConfig } from "../../http/config.js";
import { ConfigFaults, faultsOf, type Fault } from "./faults.js";
import { readInput } from "../inherited-files.js";
import { configKeys } from "./keys.js";
import { SECTION_NAMES, sections, type Config, type SectionName } from "./sections.js";

export type { Config } from "./sections.js";

type Raw = Readonly<Record<string, unknown>>;

/** The keys that take effect without a restart. */
const ALIVE = /^(?:limits|log|messages)\.|^http\.(?:batches|callers|proxies|hosts)$|^rooms\.admins$/;

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
    else faults.push(...faultsOf(name, result.error, input, configKeys()));
  }
  const exposed = config.http === undefined ? undefined : exposure(config.http as HttpConfig);
  if (exposed !== undefined) faults.push({ where: "http.listen", what: exposed });
  if (names.some((name) => name === "xmpp")) {
    const secret = secretOf((raw.xmpp ?? {}) as Raw);
    if (typeof secret === "string") config.xmpp = { ...(config.xmpp as object), password: secret };
    else faults.push(...secret);
    faults.push(...domainFaults(config.xmpp ?? {}));
    faults.push(
      ...roomAliasFaults(config.xmpp ?? {}, (config.rooms as Config["rooms"] | undefined)?.aliases),
    );
  }
  if (faults.length > 0) throw new ConfigFaults(faults, source);
  return config as Pick<Config, K>;
}

function unknownSections(raw: Raw): Fault[] {
  return Object.keys(raw)
    .filter((name) => !SECTION_NAMES.some((known) => known === name))
    .map((where) => ({ where, what: `is not a section; the sections are ${SECTION_NAMES.join(", ")}` }));
}

/** The component's domain must not be a host: the server wouldn't route the domain's stanzas to the component. */
function domainFaults({ domain, hosts, host_aliases }: Partial<Config["xmpp"]>): Fault[] {
  if (domain === undefined || hosts === undefined) return [];
  const own = `must not be one of xmpp.hosts, as ${JSON.stringify(domain)} is; use a domain of its own, such as groups.${domain}`;
  return [
    ...(hosts.includes(domain) ? [{ where: "xmpp.domain", what: own }] : []),
    ...Object.entries(host_aliases ?? {}).flatMap(([alias, host]): Fault[] => {
      const where = `xmpp.host_aliases.${alias}`;
      if (alias === domain || hosts.includes(alias))
        return [{ where, what: "must be another name for a host, not xmpp.domain or one of xmpp.hosts" }];
      const what = `must be one of xmpp.hosts (${hosts.join(", ")}), not ${JSON.stringify(host)}`;
      return hosts.includes(host) ? [] : [{ where, what }];
    }),
  ];
}

/** An alias of the rooms' domain must not be a host: the component would mistake users' addresses for rooms'. */
function roomAliasFaults(xmpp: Partial<Config["xmpp"]>, aliases: readonly string[] = []): Fault[] {
  const hosts = [...(xmpp.hosts ?? []), ...Object.keys(xmpp.host_aliases ?? {})];
  return aliases
    .filter((alias) => hosts.includes(alias))
    .map((alias) => {
      const what = `must be domains of rooms only, not ${JSON.stringify(alias)}, which xmpp.hosts or xmpp.host_aliases has`;
      return { where: "rooms.aliases", what };
    });
}

/** Returns the secret from xmpp.password or its file. The schema reports wrong types. */
function secretOf({ password, password_file: file }: Raw): string | Fault[] {
  if (password !== undefined && file !== undefined) {
    return [
      { where: "xmpp.password", what: "must not be set beside xmpp.password_file: remove one of them" },
    ];
  }
  if (password === undefined && file === undefined) {
    const what = "is required, or xmpp.password_file: the component's secret on the server";
    return [{ where: "xmpp.password", what }];
  }
  if (typeof password === "string") return password;
  return typeof file === "string" && file !== "" ? secretIn(file) : [];
}

function secretIn(file: string): string | Fault[] {
  const fault = (why: string): Fault[] => [
    { where: "xmpp.password_file", what: `must be a file with the secret; ${file} ${why}` },
  ];
  try {
    const secret = readInput(file)
      .toString("utf8")
      .replace(/\r?\n$/, "");
    return secret === "" ? fault("is empty") : secret;
  } catch (error) {
    const { code = "unknown reason" } = error as NodeJS.ErrnoException;
    return fault(`can't be read by this user (${code})`);
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
