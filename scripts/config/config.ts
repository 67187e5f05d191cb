/** Checks a configuration, wherever it came from. */
import { readFileSync } from "node:fs";
import { exposure, type HttpConfig } from "../../http/config.js";
import { ConfigFaults, faultsOf, type Fault } from "./faults.js";
import { configKeys } from "./keys.js";
import { sections, type Config, type SectionName } from "./sections.js";

export type { Config } from "./sections.js";

type Raw = Readonly<Record<string, unknown>>;

/**
 * Checks all of a configuration.
 * @param raw sections of keys, as the YAML file has them
 * @throws ConfigFaults with every fault there is
 */
export function parseConfig(raw: Raw): Config {
  return checked(parseSections(raw, Object.keys(sections) as SectionName[]));
}

export interface Parsed<K extends SectionName = SectionName> {
  /** Whole only where there are no faults. */
  readonly config: Pick<Config, K>;
  readonly faults: readonly Fault[];
}

/** Checks these sections, and that there are no sections that nobody knows. */
export function parseSections<K extends SectionName>(raw: Raw, names: readonly K[]): Parsed<K> {
  const faults: Fault[] = unknownSections(raw);
  const config: Record<string, unknown> = {};
  for (const name of names) {
    const input = raw[name] ?? {};
    const result = sections[name].safeParse(input);
    if (result.success) config[name] = result.data;
    else faults.push(...faultsOf(name, result.error, input, configKeys()));
  }
  if (config.http !== undefined) faults.push(...exposureFaults(config.http as HttpConfig));
  if (names.some((name) => name === "xmpp")) {
    const secret = secretOf((raw.xmpp ?? {}) as Raw);
    if (typeof secret === "string") config.xmpp = { ...(config.xmpp as object), password: secret };
    else faults.push(...secret);
    faults.push(...domainFaults(config.xmpp ?? {}));
    faults.push(
      ...roomAliasFaults(config.xmpp ?? {}, (config.rooms as Config["rooms"] | undefined)?.aliases),
    );
  }
  return { config: config as Pick<Config, K>, faults };
}

/** @throws ConfigFaults where there are any */
export function checked<K extends SectionName>(
  { config, faults }: Parsed<K>,
  source?: string,
): Pick<Config, K> {
  if (faults.length > 0) throw new ConfigFaults(faults, source);
  return config;
}

function unknownSections(raw: Raw): Fault[] {
  const names = Object.keys(sections);
  return Object.keys(raw)
    .filter((name) => !names.includes(name))
    .map((name) => ({ where: name, what: `there is no such section; there are ${names.join(", ")}` }));
}

function exposureFaults(http: HttpConfig): Fault[] {
  const what = exposure(http);
  return what === undefined ? [] : [{ where: "http.listen", what }];
}

/** What is sent to a host's domain would never come here; and an alias stands for a host, and for nothing else. */
function domainFaults({ domain, hosts, host_aliases }: Partial<Config["xmpp"]>): Fault[] {
  if (domain === undefined || hosts === undefined) return [];
  const own = `got ${JSON.stringify(domain)}, which is one of xmpp.hosts; wants a domain of its own, such as groups.${domain}`;
  return [
    ...(hosts.includes(domain) ? [{ where: "xmpp.domain", what: own }] : []),
    ...Object.entries(host_aliases ?? {}).flatMap(([alias, host]): Fault[] => {
      const where = `xmpp.host_aliases.${alias}`;
      if (alias === domain || hosts.includes(alias))
        return [{ where, what: "is a domain of its own; wants another name for a host" }];
      const what = `got ${JSON.stringify(host)}; wants one of xmpp.hosts (${hosts.join(", ")})`;
      return hosts.includes(host) ? [] : [{ where, what }];
    }),
  ];
}

/** A served host keeps its own meaning: as an alias of the rooms' domain, its users would become rooms. */
function roomAliasFaults(xmpp: Partial<Config["xmpp"]>, aliases: readonly string[] = []): Fault[] {
  const hosts = [...(xmpp.hosts ?? []), ...Object.keys(xmpp.host_aliases ?? {})];
  return aliases
    .filter((alias) => hosts.includes(alias))
    .map((alias) => {
      const what = `got ${JSON.stringify(alias)}, which names users' addresses (xmpp.hosts, xmpp.host_aliases)`;
      return { where: "rooms.aliases", what: `${what}; wants names of rooms' domains only` };
    });
}

/** The component's secret, from whichever of the two keys has it. */
function secretOf({ password, password_file: file }: Raw): string | Fault[] {
  if (password !== undefined && file !== undefined) {
    return [{ where: "xmpp.password", what: "got password_file as well; wants one of the two" }];
  }
  if (password === undefined && file === undefined) {
    return [
      { where: "xmpp.password", what: "missing; wants the component's secret, here or in password_file" },
    ];
  }
  if (typeof password === "string") return password;
  return typeof file === "string" && file !== "" ? secretIn(file) : [];
}

function secretIn(file: string): string | Fault[] {
  const fault = (what: string): Fault[] => [
    { where: "xmpp.password_file", what: `got ${JSON.stringify(file)}, which ${what}` },
  ];
  try {
    const secret = readFileSync(file, "utf8").replace(/\r?\n$/, "");
    return secret === "" ? fault("is empty; wants a file that holds the secret") : secret;
  } catch (error) {
    const { code = "unknown reason" } = error as NodeJS.ErrnoException;
    return fault(`can't be read (${code}); wants a file that this user may read`);
  }
}
