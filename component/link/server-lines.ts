/** The lines of ejabberd.yml and prosody.cfg.lua that admit the component, and let it send in users' names. */

/** Servers whose configuration is known. */
export type ServerName = "ejabberd" | "prosody";

/** The kind of a server. */
export type KnownServer = ServerName | "another";

/** Lines for the server's own configuration file. */
export interface Remedy {
  /** Their place in the file, such as `under modules`. */
  readonly where: string;
  readonly lines: readonly string[];
}

/** A remedy for each kind of server; a kind without one is left out. */
export type Remedies = Readonly<
  Partial<Record<ServerName, Remedy>> & {
    /** Advice for other servers. */
    another?: string;
  }
>;

/** What to do, the likeliest first: sentences and lines of configuration. */
export type Todo = readonly (string | Remedies)[];

const FILES: Readonly<Record<ServerName, string>> = {
  ejabberd: "ejabberd.yml",
  prosody: "prosody.cfg.lua",
};
export const LISTENER = "under listen, in the ejabberd_service entry of this component";
export const ABOVE_HOSTS = "above the first VirtualHost";
export const underComponent = (domain: string): string => `under Component "${domain}"`;

/** The conventional port for components. */
export const COMPONENT_PORT = 5347;
const SECRET = '"what xmpp.password says"';

/** The remedies for this server, with the file's name; all if the server isn't known. */
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

/** The advice as one line for the log; doctor shows longer remedies. */
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

/** The complete configuration of the component on the server. */
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

/** Gives the server's own rooms another domain; Prosody doesn't share theirs. */
export function ownRooms(): Remedies {
  return { ejabberd: { where: "under modules", lines: ['mod_muc: {hosts: ["rooms.@HOST@"]}'] } };
}

/** A domain that the server's own rooms don't use. */
export function otherDomain(domain: string): string {
  return `groups.${domain.slice(domain.indexOf(".") + 1)}`;
}

/** Turns off the server's check of the component's senders. */
export function uncheckedSenders(domain: string): Remedies {
  return {
    ejabberd: { where: LISTENER, lines: ["check_from: false"] },
    prosody: { where: underComponent(domain), lines: ["validate_from_addresses = false"] },
    another:
      "Check whether the server can let a component send in its users' names. If it can't, as jabberd2, " +
      "the component's rooms work, but messages that programs send in users' names don't arrive.",
  };
}

/** Gives the permission for messages in the host's users' names (XEP-0356). */
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

/** The component that wants to send in users' names, and its server. */
export interface Sending {
  readonly domain: string;
  readonly host: string;
  readonly server: KnownServer | undefined;
  /** Whether it is an ejabberd with a working mod_privilege (25.03 or later). */
  readonly isGood?: boolean;
  /** Whether only the host's permission will do. */
  readonly isPermissionWanted?: boolean;
}

/** How to let the component send in users' names. */
export function sendingTodo({ domain, host, server, isGood, isPermissionWanted }: Sending): Todo {
  const unchecked = uncheckedSenders(domain);
  if (server === "another") return [unchecked];
  const orUnchecked: Todo =
    isPermissionWanted === true ? [] : ["Or turn off the check of its senders:", unchecked];
  const permit =
    "Permit it (XEP-0356); on Prosody mod_privilege is a community module (Debian's package prosody-modules):";
  if (server === "ejabberd" && isGood !== true)
    return [
      "Turn off the check of its senders:",
      unchecked,
      "Don't load mod_privilege instead before ejabberd 25.03: 24.12 swallows every component's requests with it.",
    ];
  return [permit, permission(domain, host), ...orUnchecked];
}
