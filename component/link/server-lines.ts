/** Configuration lines that make ejabberd and Prosody accept the component and let it send in users' names. */

/** The servers for which configuration lines can be given. */
export type ServerName = "ejabberd" | "prosody";

/** The kind of a server; "another" if it is neither ejabberd nor Prosody. */
export type KnownServer = ServerName | "another";

/** Lines for the server's own configuration file. */
export interface Remedy {
  /** Where the lines belong in the file, such as `under modules`. */
  readonly where: string;
  readonly lines: readonly string[];
}

/** The remedy for each kind of server that needs one. */
export type Remedies = Readonly<
  Partial<Record<ServerName, Remedy>> & {
    /** Advice in words, for servers other than ejabberd and Prosody. */
    another?: string;
  }
>;

/** What to do, the most likely remedy first: sentences and configuration lines. */
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
const SECRET = '"the secret"';

/** Returns the remedies, with file names, for this server; for all servers if the server isn't known. */
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

/** Returns the advice as one line for the log. For a remedy of several lines it refers to doctor. */
export function inOneLine(todo: Todo, server: KnownServer | undefined): string {
  const parts = todo.flatMap((item) => {
    if (typeof item === "string") return [item];
    if (server === "another") return item.another ?? [];
    return remediesFor(item, server).map(({ file, where, lines: [line = "", ...more] }) =>
      more.length > 0 ? 'Run "qtalk-component doctor" for the lines.' : `in ${file}, ${where}: ${line}.`,
    );
  });
  return [...new Set(parts)].join(" ");
}

/**
 * Returns the remedies that add the component to the server's configuration, with no right but to speak for itself: whoever
 * wants it to send as users reads the lines for that in sendingTodo().
 */
export function wholeComponent(port: number, domain: string, host = "127.0.0.1"): readonly Remedies[] {
  const listener = [
    `- port: ${port}`,
    `  ip: "${host === "localhost" ? "127.0.0.1" : host}"`,
    "  module: ejabberd_service",
    "  global_routes: false",
    "  hosts:",
    `    ${domain}:`,
    `      password: ${SECRET}`,
  ];
  const whole = [
    `Component "${domain}"`,
    `  component_secret = ${SECRET}`,
    '  component_conflict_resolve = "kick_old"',
  ];
  return [
    {
      ejabberd: { where: "under listen", lines: listener },
      prosody: { where: ABOVE_HOSTS, lines: [`component_ports = { ${port} }`] },
      another: `the component ${domain}, with its secret, on port ${port}, as the server's manual describes`,
    },
    { prosody: { where: "at the end of the file", lines: whole } },
  ];
}

export function secret(domain: string): Remedies {
  return {
    ejabberd: { where: `${LISTENER}, under hosts`, lines: [`${domain}: {password: ${SECRET}}`] },
    prosody: { where: underComponent(domain), lines: [`component_secret = ${SECRET}`] },
    another: `the domain ${domain} and its secret, as the server's manual describes`,
  };
}

export function conflict(domain: string): Remedies {
  return {
    prosody: { where: underComponent(domain), lines: ['component_conflict_resolve = "kick_old"'] },
  };
}

/** Returns the remedy that keeps the stanzas of a listener's components apart. Otherwise each gets a part of all. */
export function globalRoutes(): Remedies {
  return { ejabberd: { where: `${LISTENER}, if it has several hosts`, lines: ["global_routes: false"] } };
}

/** Returns the remedy that gives the server's own rooms another domain. Prosody's can't share the component's. */
export function ownRooms(): Remedies {
  return { ejabberd: { where: "under modules", lines: ['mod_muc: {hosts: ["rooms.@HOST@"]}'] } };
}

/** Returns a domain for the component that the server's own rooms don't use. */
export function otherDomain(domain: string): string {
  const parent = domain.slice(domain.indexOf(".") + 1);
  return ["groups", "qtalk"].map((label) => `${label}.${parent}`).find((name) => name !== domain) ?? parent;
}

/** Returns the remedy that makes the server accept users' addresses as senders. */
export function uncheckedSenders(domain: string): Remedies {
  return {
    ejabberd: { where: LISTENER, lines: ["check_from: false"] },
    prosody: { where: underComponent(domain), lines: ["validate_from_addresses = false"] },
    another:
      "Check whether the server can let a component send in its users' names. If it can't, as jabberd2, set " +
      "xmpp.send_as_users to never: rooms, hooks and bots work, and calls in users' names are refused.",
  };
}

/** Returns the remedy that lets the component use a module, by an access rule. @param module its lines, which name the rule */
export function moduleAccess(
  domain: string,
  { rule, module }: { readonly rule: readonly string[]; readonly module: readonly string[] },
): Remedy {
  const inside = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
  return {
    where: "in the sections acl, access_rules and modules that it has already",
    lines: [
      ...["acl:", "  groups:", `    server: ${domain}`],
      ...["access_rules:", ...inside(rule)],
      ...["modules:", ...inside(module)],
    ],
  };
}

/** Returns the remedy that permits the component to send messages in the names of the host's users (XEP-0356). */
export function permission(domain: string, host: string): Remedies {
  return {
    ejabberd: moduleAccess(domain, {
      rule: ["groups:", "  allow: groups"],
      module: ["mod_privilege:", "  message:", "    outgoing: groups"],
    }),
    prosody: {
      where: "in addition to the present lines",
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

/** The component that is to send in users' names, one of its hosts, and the server. */
export interface Sending {
  readonly domain: string;
  readonly host: string;
  readonly server: KnownServer | undefined;
  /** Whether only the host's permission helps, but turning off the check of senders doesn't. */
  readonly isPermissionWanted?: boolean;
}

/** Returns what to change so that the component can send in users' names. The ways are alternatives. */
export function sendingTodo({ domain, host, server, isPermissionWanted = false }: Sending): Todo {
  const unchecked = uncheckedSenders(domain);
  // The advice is a sentence of its own.
  if (server === "another") return [unchecked];
  const permit = permission(domain, host);
  if (server === "prosody")
    return [
      "Permit it (XEP-0356). mod_privilege is a community module (Debian's package prosody-modules):",
      permit,
      ...(isPermissionWanted ? [] : ["Or, without that module, this line instead of those:", unchecked]),
    ];
  if (!isPermissionWanted) return ["Turn off the check of senders for this component:", unchecked];
  const auto = "Set xmpp.send_as_users to auto, and turn off the check of senders for this component:";
  if (server !== "ejabberd") return [auto, unchecked];
  return [
    auto,
    unchecked,
    "Or permit it (XEP-0356). mod_privilege drops the component's requests, though: before 25.03 all of them, later those " +
      "to ejabberd's own services, so that bots can't enter their rooms:",
    permit,
  ];
}
