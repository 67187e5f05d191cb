/** The lines of ejabberd.yml and prosody.cfg.lua that make each step of the doctor work. */
import type { Remedies } from "./finding.js";

const LISTENER = "under listen, in the ejabberd_service entry of this component";
const component = (domain: string): string => `under Component "${domain}"`;

/** The server's side of the component, whole. @param service e.g. xmpp://127.0.0.1:5347 */
export function wholeComponent(service: string, domain: string): Remedies {
  const { hostname, port } = new URL(service.replace(/^xmpp:/, "http:"));
  const ip = hostname === "localhost" ? "127.0.0.1" : hostname.replace(/^\[|\]$/g, "");
  return {
    ejabberd: {
      where: "under listen",
      lines: [
        `- port: ${port}`,
        `  ip: "${ip}"`,
        "  module: ejabberd_service",
        "  check_from: false",
        "  global_routes: false",
        "  hosts:",
        `    ${domain}:`,
        '      password: "what xmpp.password says"',
      ],
    },
    prosody: {
      where: "at the end of the file (component_ports above the first VirtualHost)",
      lines: [
        `component_ports = { ${port} }`,
        `Component "${domain}"`,
        '  component_secret = "what xmpp.password says"',
        "  validate_from_addresses = false",
        '  component_conflict_resolve = "kick_old"',
      ],
    },
  };
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
  };
}

export function conflict(domain: string): Remedies {
  return { prosody: { where: component(domain), lines: ['component_conflict_resolve = "kick_old"'] } };
}

/** The server's own rooms make way. */
export function ownRooms(domain: string): Remedies {
  return {
    ejabberd: { where: "under modules", lines: ["mod_muc:", '  hosts: ["rooms.@HOST@"]'] },
    prosody: {
      where: `instead of Component "${domain}" "muc"`,
      lines: [`Component "rooms.${domain}" "muc"`],
    },
  };
}

export function privilege(domain: string): Remedies {
  return {
    ejabberd: { where: "under modules", lines: [`# mod_privilege: without ${domain} in its access rules`] },
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
      where: `${component(domain)} (or above the first VirtualHost, for every component)`,
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
