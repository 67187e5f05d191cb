/** Checks that ejabberd's own services, such as its group chat, answer the component, and only their own stanzas arrive. */
import { globalRoutes, uncheckedSenders } from "../../component/link/server-lines.js";
import { NS, xml } from "../../component/xml/builder.js";
import { doubtful, type Finding } from "./finding.js";
import type { Probe } from "./probes.js";

/** How long to wait for a request that may come back, in milliseconds. */
const WAIT_MS = 500;

/** The probe has no finding if all answer, or if the server isn't ejabberd. */
export const ownServices: Probe = async ({ session, server, answering }) => {
  if (server !== "ejabberd") return [];
  const { domain } = session;
  const lists = await Promise.all(answering.map((host) => session.items(host)));
  const services = [...new Set(lists.flat())].filter(
    (name) => name !== domain && answering.some((host) => name.endsWith(`.${host}`)),
  );
  const states = await Promise.all(
    services.map(async (name) => {
      const isReturned = session.next(({ attrs }) => attrs.type === "get" && attrs.to === name, WAIT_MS);
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
