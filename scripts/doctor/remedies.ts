/** The lines of ejabberd.yml and prosody.cfg.lua that make each step of the doctor work. */
import type { Remedies } from "./finding.js";

const LISTENER = "under listen, in the ejabberd_service entry of this component";
const ABOVE_HOSTS = "above the first VirtualHost";
const component = (domain: string): string => `under Component "${domain}"`;

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
    '      password: "what xmpp.password says"',
  ];
  const whole = [
    `Component "${domain}"`,
    '  component_secret = "what xmpp.password says"',
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
    ejabberd: {
      where: `${LISTENER}, under hosts`,
      lines: [`${domain}:`, '  password: "what xmpp.password says"'],
    },
    prosody: { where: component(domain), lines: ['component_secret = "what xmpp.password says"'] },
  };
}

export function sendingAsUsers(domain: string): Remedies {
  return {
    ejabberd: { where: LISTENER, lines: ["check_from: false"] },
    prosody: { where: component(domain), lines: ["validate_from_addresses = false"] },
    another:
      "Look whether the server can let a component send in its users' names. Where it can't, as jabberd2, " +
      "the component's rooms work, and what programs send in users' names doesn't arrive.",
  };
}

export function conflict(domain: string): Remedies {
  return { prosody: { where: component(domain), lines: ['component_conflict_resolve = "kick_old"'] } };
}

/** The server's own rooms make way; Prosody lets nobody have their domain. */
export function ownRooms(): Remedies {
  return { ejabberd: { where: "under modules", lines: ["mod_muc:", '  hosts: ["rooms.@HOST@"]'] } };
}

/** A domain that the server's own rooms don't have. */
export function otherDomain(domain: string): string {
  return `groups.${domain.slice(domain.indexOf(".") + 1)}`;
}

/** Nothing waits to be sent in one packet with what comes next. */
export function nagle(): Remedies {
  return { prosody: { where: ABOVE_HOSTS, lines: ["network_settings = { nagle = false }"] } };
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

/** Users' vCards may be asked for in users' names (XEP-0356 §6), where ejabberd drops all other requests. */
export function vcards(): Remedies {
  return {
    ejabberd: {
      where: "added to the lines of mod_privilege, with the rule that its message permission has",
      lines: ["mod_privilege:", "  iq:", "    vcard-temp:", "      get: groups"],
    },
  };
}

export function discovery(domain: string, host: string): Remedies {
  return {
    ejabberd: { where: "under modules", lines: ["mod_disco:", "  extra_domains:", `    - ${domain}`] },
    prosody: { where: `under VirtualHost "${host}"`, lines: [`disco_items = { { "${domain}", "Rooms" } }`] },
  };
}

export function stanzaSize(domain: string, bytes: number): Remedies {
  return {
    ejabberd: { where: LISTENER, lines: [`max_stanza_size: ${bytes}`] },
    prosody: {
      where: `${component(domain)} (or ${ABOVE_HOSTS}, for every component)`,
      lines: [`component_stanza_size_limit = ${bytes}`],
    },
  };
}

/** The server tells many at once for this component's rooms, and for nobody else. */
export function multicast(domain: string): Remedies {
  return {
    ejabberd: {
      where: "added to what is there",
      lines: [
        "acl:",
        "  rooms:",
        `    server: ${domain}`,
        "access_rules:",
        "  multicast:",
        "    allow: rooms",
        "modules:",
        "  mod_multicast:",
        "    access: multicast",
        "    limits:",
        "      remote:",
        "        message: 500",
        "        presence: 500",
      ],
    },
  };
}
