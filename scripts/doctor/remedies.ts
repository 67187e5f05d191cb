/** The configuration lines of ejabberd and Prosody that correct what the doctor finds. */
import {
  ABOVE_HOSTS,
  LISTENER,
  moduleAccess,
  underComponent,
  type KnownServer,
  type Remedies,
} from "../../component/link/server-lines.js";
import { doubtful, fine, type Finding } from "./finding.js";

/** The round trip that causes a warning, in milliseconds. Nagle's algorithm, Prosody's default, delays by 40 ms. */
const SLOW_MS = 30;

/** Judges the time that the server takes for a stanza. @param text what was measured */
export function roundTripFinding(text: string, ms: number, server: KnownServer | undefined): Finding {
  if (ms < SLOW_MS) return fine(text);
  if (server !== "prosody")
    return doubtful(text, "Each call takes at least this long; the server is busy or far away.");
  return doubtful(
    text,
    "Each call takes at least this long. Prosody's default settings delay small responses (Nagle's algorithm):",
    { prosody: { where: ABOVE_HOSTS, lines: ["network_settings = { nagle = false }"] } },
  );
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

/** Permits the component to read and set users' own data (XEP-0356 §6), among which are bookmarks. Only Prosody is known to. */
export function bookmarks(domain: string): Remedies {
  return {
    prosody: {
      where: `inside the braces after ["${domain}"] = in privileged_entities`,
      lines: ['iq = { ["http://jabber.org/protocol/pubsub"] = "both" };'],
    },
  };
}

export function discoveryRemedies(domain: string, host: string): Remedies {
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

/** Lets the component ask the server's upload service for slots (XEP-0363). */
export function uploadAccess(domain: string): Remedies {
  return {
    ejabberd: moduleAccess(domain, {
      rule: ["uploaders:", "  - allow: local", "  - allow: groups"],
      module: ["mod_http_upload:", "  access: uploaders"],
    }),
    prosody: {
      where: 'under the Component "…" "http_file_share"',
      lines: [`http_file_share_access = { "${domain}" }`],
    },
  };
}

/** Adds a multicast service (XEP-0033) that only this component may use. */
export function multicastRemedies(domain: string): Remedies {
  return {
    ejabberd: moduleAccess(domain, {
      rule: ["multicast:", "  allow: groups"],
      module: [
        ...["mod_multicast:", "  access: multicast"],
        ...["  limits:", "    remote:", "      message: 500", "      presence: 500"],
      ],
    }),
  };
}
