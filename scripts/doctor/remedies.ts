/** The configuration lines of ejabberd and Prosody that correct what the doctor finds. */
import { ABOVE_HOSTS, LISTENER, underComponent, type Remedies } from "../../component/link/server-lines.js";

/** Disables Nagle's algorithm, which delays small packets. */
export function nagle(): Remedies {
  return { prosody: { where: ABOVE_HOSTS, lines: ["network_settings = { nagle = false }"] } };
}

/** Permits requests for vCards in users' names (XEP-0356 §6), if ejabberd drops all other requests. */
export function vcards(): Remedies {
  return {
    ejabberd: {
      where: "in addition to the lines of mod_privilege, with the access rule of its message permission",
      lines: ["mod_privilege:", "  iq:", "    vcard-temp:", "      get: groups"],
    },
  };
}

/** Adds the component to a host's service discovery. */
export function discovery(domain: string, host: string): Remedies {
  return {
    ejabberd: { where: "under modules", lines: ["mod_disco:", "  extra_domains:", `    - ${domain}`] },
    prosody: { where: `under VirtualHost "${host}"`, lines: [`disco_items = { { "${domain}", "Rooms" } }`] },
  };
}

/** Raises the server's limit of a component's stanzas. @param bytes the new limit */
export function stanzaSize(domain: string, bytes: number): Remedies {
  return {
    ejabberd: { where: LISTENER, lines: [`max_stanza_size: ${bytes}`] },
    prosody: {
      where: `${underComponent(domain)} (or ${ABOVE_HOSTS}, for every component)`,
      lines: [`component_stanza_size_limit = ${bytes}`],
    },
  };
}

/** Adds a multicast service (XEP-0033) that only this component may use. */
export function multicast(domain: string): Remedies {
  return {
    ejabberd: {
      where: "in addition to the present lines",
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
