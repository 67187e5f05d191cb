/** Checks the server's modules and services: those that users miss, ejabberd's own, and multicast (XEP-0033). */
import { conditionOf } from "../../component/inbound/stanza-error.js";
import { globalRoutes, uncheckedSenders } from "../../component/link/server-lines.js";
import { AckRequests } from "../../component/outbox/ack-requests.js";
import { hasId } from "../../component/probes/exchange.js";
import { findMulticast, type MulticastService } from "../../component/probes/multicast-discovery.js";
import { NS, xml, type Element } from "../../component/xml/builder.js";
import { doubtful, fine, untried, type Finding } from "./finding.js";
import * as remedies from "./remedies.js";
import type { Examined, Probe } from "./session.js";

/**
 * The feature in service discovery that shows that a module is loaded; the module's names in Prosody and ejabberd,
 * undefined if ejabberd doesn't announce the feature even with the module; what users or the component lack without it.
 */
type Module = readonly [feature: string, prosody: string, ejabberd: string | undefined, loss: string];

const MODULES: readonly Module[] = [
  ["jabber:iq:roster", "roster", undefined, "contact lists"],
  ["msgoffline", "offline", "mod_offline", "messages to offline users"],
  ["urn:xmpp:carbons:2", "carbons", "mod_carboncopy", "copies on users' other devices"],
  ["vcard-temp", "vcard_legacy", "mod_vcard", "names and pictures"],
  [
    "jabber:iq:last",
    "uptime",
    "mod_last",
    "the server's uptime (without it, messages are repeated after a lost link)",
  ],
];

/** Returns a finding if the host lacks features. @param info the host's response to disco#info */
export function missingModules(host: string, info: Element, server: Finding["server"]): readonly Finding[] {
  const offered = new Set(info.getChildren("feature").map(({ attrs }) => attrs.var));
  const missing = MODULES.filter(
    ([feature, , ejabberd]) => !offered.has(feature) && (server === "prosody" || ejabberd !== undefined),
  );
  if (missing.length === 0) return [];
  return [
    doubtful(
      `${host} doesn't offer ${missing.map(([feature, , , loss]) => `${loss} (${feature})`).join(", ")}`,
      "If a line of the server's configuration replaced a longer list of modules, restore that list. Otherwise add:",
      {
        prosody: {
          where: `in the modules_enabled that VirtualHost "${host}" uses`,
          lines: missing.map(([, prosody]) => `"${prosody}";`),
        },
        ejabberd: {
          where: "under modules",
          lines: missing.flatMap(([, , ejabberd]) => (ejabberd === undefined ? [] : [`${ejabberd}: {}`])),
        },
        another: "the server's modules for them",
      },
    ),
  ];
}

/** How long to wait for a request that may come back, in milliseconds. */
const RETURN_MS = 500;

/** Checks that ejabberd's own services, such as its group chat, answer the component, and only their own stanzas arrive. */
export const ownServices: Probe = async ({ session, server, answering }) => {
  if (server !== "ejabberd") return [];
  const { domain } = session;
  const lists = await Promise.all(answering.map((host) => session.items(host)));
  const services = [...new Set(lists.flat())].filter(
    (name) => name !== domain && answering.some((host) => name.endsWith(`.${host}`)),
  );
  const states = await Promise.all(
    services.map(async (name) => {
      const isReturned = session.exchange.next(
        ({ attrs }) => attrs.type === "get" && attrs.to === name,
        RETURN_MS,
      );
      const answer = session.ask(name, xml("query", NS.discoInfo));
      if ((await isReturned) !== undefined) return "returned";
      return (await answer).kind;
    }),
  );
  const of = (state: string): string[] => services.filter((_, index) => states[index] === state);
  return [...of("returned").map(claimed), ...of("silence").map((name) => dropped(name, domain))];
};

function claimed(name: string): Finding {
  return doubtful(
    `${name} is another component, but the server sends its stanzas to this component, too`,
    globalRoutes(),
  );
}

function dropped(name: string, domain: string): Finding {
  return doubtful(
    `${name} doesn't answer the component's requests, but the host does: bots can't enter its rooms, and it isn't used for multicast`,
    "If it is one of ejabberd's own services, mod_privilege drops the requests (ejabberd issues #4472 and #4609; its log " +
      'says "IQ not forwarded: Component seems disconnected"): remove mod_privilege, and change:',
    uncheckedSenders(domain),
  );
}

const WAIT_MS = 3_000;
const SINGLY = "rooms send each receiver a stanza of its own";
/** If the service allows fewer receivers per stanza than this, the doctor recommends a higher limit. */
const MANY = 100;

/** Checks the server's multicast service, which makes large rooms faster. */
export const multicast: Probe = async (examined) => {
  const { session, config, server, answering } = examined;
  if (config.rooms.multicast === "off") return fine(`${SINGLY}, as rooms.multicast is off`);
  if (answering.length === 0) return untried(`multicast: no host answers requests, so ${SINGLY}`);
  const { domain } = session;
  const found = await Promise.all(
    answering.map((host) => findMulticast(session.requests, host, domain, WAIT_MS)),
  );
  const services = new Map(found.flatMap((one) => (typeof one === "string" ? [] : [[one.jid, one]])));
  if (services.size > 0)
    return await Promise.all(Array.from(services.values(), (service) => tried(service, examined)));
  if (server === "prosody") return fine(`${SINGLY}; Prosody has no multicast service`);
  const none = `${SINGLY}; the server offers no multicast service (XEP-0033)`;
  if (server === "another") return fine(none);
  return fine(none, "With a multicast service, large rooms are faster:", remedies.multicastRemedies(domain));
};

async function tried({ jid, most }: MulticastService, { session, server }: Examined): Promise<Finding> {
  const { domain } = session;
  const { id, text } = new AckRequests(domain, domain).through(jid);
  session.write(text);
  const back = await session.exchange.next(hasId(id), WAIT_MS);
  if (back === undefined || back.attrs.type === "error") {
    const why = back === undefined ? "no copy comes back" : conditionOf(back);
    return doubtful(
      `${jid} doesn't forward the component's messages (${why}), so ${SINGLY}`,
      remedies.multicastRemedies(domain),
      ...(server === "another"
        ? []
        : [
            "ejabberd's multicast service refuses components outside of its own domain: give the component a subdomain of that domain.",
          ]),
    );
  }
  const least = Math.min(most.message, most.presence);
  const upTo = least === Infinity ? "" : `, up to ${least} per stanza`;
  const todo = ["A higher limit per stanza is a little faster:", remedies.multicastRemedies(domain)];
  return fine(`rooms send to many receivers at once through ${jid}${upTo}`, ...(least >= MANY ? [] : todo));
}
