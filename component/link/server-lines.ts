/** The lines of ejabberd.yml and prosody.cfg.lua that let the component in, and let it send in users' names. */

/** Servers whose configuration is known. */
export type ServerName = "ejabberd" | "prosody";

/** What a server may turn out to be. */
export type KnownServer = ServerName | "another";

/** Lines for the server's own configuration file. */
export interface Remedy {
  /** Where they belong, e.g. `under modules`. */
  readonly where: string;
  readonly lines: readonly string[];
}

/** The same remedy in the words of each server's configuration; a server for which there is none is left out. */
export type Remedies = Readonly<
  Partial<Record<ServerName, Remedy>> & {
    /** What to do about it on another server. */
    another?: string;
  }
>;

/** What to do, the likeliest first: sentences, and lines of the server's configuration. */
export type Todo = readonly (string | Remedies)[];

const FILES: Readonly<Record<ServerName, string>> = {
  ejabberd: "ejabberd.yml",
  prosody: "prosody.cfg.lua",
};
export const LISTENER = "under listen, in the ejabberd_service entry of this component";
export const ABOVE_HOSTS = "above the first VirtualHost";
export const underComponent = (domain: string): string => `under Component "${domain}"`;

/** Where servers listen for components by convention. */
export const COMPONENT_PORT = 5347;
const SECRET = '"what xmpp.password says"';

/** The remedies that are for this server; all if it isn't known. @returns the file's name with each */
export function remediesFor(
  remedies: Remedies,
  server: KnownServer | undefined,
): readonly (Remedy & { readonly file: string })[] {
  return (["ejabberd", "prosody"] as const).flatMap((name) => {
    const remedy = remedies[name];
    if (remedy === undefined || (server !== undefined && server !== name)) return [];
    return [{ file: FILES[name], ...remedy }];
  });
}

/** One line for the log; longer remedies are doctor's to show. */
export function inOneLine(todo: Todo, server: KnownServer | undefined): string {
  const parts = todo.flatMap((item) => {
    if (typeof item === "string") return [item];
    if (server === "another") return item.another ?? [];
    return remediesFor(item, server).map(({ file, where, lines: [line = "", ...more] }) =>
      more.length > 0 ? 'run "qtalk-component doctor" for the lines.' : `in ${file}, ${where}: ${line}.`,
    );
  });
  return [...new Set(parts)].join(" ");
}

/** The server's side of the component, whole. */
export function wholeComponent(port: number, domain: string, host = "127.0.0.1"): readonly Remedies[] {
  const listener = [
    `- port: ${port}`,
    `  ip: "${host === "localhost" ? "127.0.0.1" : host}"`,
    "  module: ejabberd_service",
    "  check_from: false",
    "  global_routes: false",
    "  hosts:",
    `    ${domain}:`,
    `      password: ${SECRET}`,
  ];
  const whole = [
    `Component "${domain}"`,
    `  component_secret = ${SECRET}`,
    "  validate_from_addresses = false",
    '  component_conflict_resolve = "kick_old"',
  ];
  return [
    {
      ejabberd: { where: "under listen", lines: listener },
      prosody: { where: ABOVE_HOSTS, lines: [`component_ports = { ${port} }`] },
    },
    { prosody: { where: "at the end of the file", lines: whole } },
  ];
}

export function secret(domain: string): Remedies {
  return {
    ejabberd: { where: `${LISTENER}, under hosts`, lines: [`${domain}: {password: ${SECRET}}`] },
    prosody: { where: underComponent(domain), lines: [`component_secret = ${SECRET}`] },
  };
}

export function conflict(domain: string): Remedies {
  return {
    prosody: { where: underComponent(domain), lines: ['component_conflict_resolve = "kick_old"'] },
  };
}

/** The server's own rooms make way; Prosody lets nobody have their domain. */
export function ownRooms(): Remedies {
  return { ejabberd: { where: "under modules", lines: ['mod_muc: {hosts: ["rooms.@HOST@"]}'] } };
}

/** A domain that the server's own rooms don't have. */
export function otherDomain(domain: string): string {
  return `groups.${domain.slice(domain.indexOf(".") + 1)}`;
}

/** The server doesn't check the component's senders. */
export function uncheckedSenders(domain: string): Remedies {
  return {
    ejabberd: { where: LISTENER, lines: ["check_from: false"] },
    prosody: { where: underComponent(domain), lines: ["validate_from_addresses = false"] },
    another:
      "Look whether the server can let a component send in its users' names. Where it can't, as jabberd2, " +
      "the component's rooms work, and what programs send in users' names doesn't arrive.",
  };
}

/** The host permits messages in its users' names (XEP-0356). */
export function permission(domain: string, host: string): Remedies {
  return {
    ejabberd: {
      where: "added to what is there",
      lines: [
        "acl:",
        "  groups:",
        `    server: ${domain}`,
        "access_rules:",
        "  groups:",
        "    allow: groups",
        "modules:",
        "  mod_privilege:",
        "    message:",
        "      outgoing: groups",
      ],
    },
    prosody: {
      where: "added to what is there",
      lines: [
        `VirtualHost "${host}"`,
        '  modules_enabled = { "privilege" }  -- if there is such a line already, add "privilege" to its list instead',
        `  privileged_entities = { ["${domain}"] = { message = "outgoing" } }`,
        `Component "${domain}"`,
        '  modules_enabled = { "privilege" }',
      ],
    },
  };
}

/** What is known of who wants to send in users' names. */
export interface Sending {
  readonly domain: string;
  readonly host: string;
  readonly server: KnownServer | undefined;
  /** Whether it is an ejabberd whose mod_privilege does no harm (25.03 or later). */
  readonly isGood?: boolean;
  /** Whether nothing but the host's permission is wanted. */
  readonly isPermissionWanted?: boolean;
}

/** What lets the component send in users' names. */
export function sendingTodo({ domain, host, server, isGood, isPermissionWanted }: Sending): Todo {
  const unchecked = uncheckedSenders(domain);
  if (server === "another") return [unchecked];
  const orUnchecked: Todo =
    isPermissionWanted === true ? [] : ["Or don't have its senders checked:", unchecked];
  const permit =
    "Permit it (XEP-0356); on Prosody mod_privilege is a community module (Debian's package prosody-modules):";
  if (server === "ejabberd" && isGood !== true)
    return [
      "Don't have its senders checked:",
      unchecked,
      "Don't load mod_privilege instead before ejabberd 25.03: 24.12 swallows every component's requests with it.",
    ];
  return [permit, permission(domain, host), ...orUnchecked];
}
