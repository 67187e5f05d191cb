/** Checks that ejabberd's own services, such as its group chat, answer the component's requests. */
import { Jid } from "../../component/addresses/address.js";
import { uncheckedSenders } from "../../component/link/server-lines.js";
import type { IqAnswer } from "../../component/inbound/iq-requests.js";
import { NS, xml, type Element } from "../../component/xml/builder.js";
import { doubtful, type Finding } from "./finding.js";
import type { Examined, Probe } from "./probes.js";

const WAIT_MS = 3_000;

/** The probe has no finding if all answer, or if the server isn't ejabberd. */
export const ownServices: Probe = async (examined) => {
  const { server, hosts, answers } = examined;
  if (server !== "ejabberd" || !answers) return [];
  const lists = await Promise.all(hosts.map((host) => ask(examined, host, NS.discoItems)));
  const names = lists.flatMap((answer) => itemsIn(answer)).map(({ attrs }) => attrs.jid ?? "");
  const own = [...new Set(names)].filter(
    (name) => name !== examined.domain && hosts.some((host) => name.endsWith(`.${host}`)),
  );
  const found = await Promise.all(own.map((name) => ask(examined, name, NS.discoInfo)));
  const silent = own.filter((_, index) => found[index]?.kind === "silence");
  return silent.map((name) => dropped(name, examined.domain));
};

function dropped(name: string, domain: string): Finding {
  return doubtful(
    `${name} doesn't answer the component's requests, but the host does: bots can't enter its rooms, and it isn't used for multicast`,
    "ejabberd with mod_privilege drops requests to its own services (ejabberd issues #4472 and #4609; its log says " +
      '"IQ not forwarded: Component seems disconnected"). Remove mod_privilege, and change:',
    uncheckedSenders(domain),
  );
}

function ask({ session }: Examined, name: string, ns: string): Promise<IqAnswer> {
  const to = Jid.parse(name);
  if (to === undefined) return Promise.resolve({ kind: "unasked" });
  return session.requests.ask({ type: "get", to, payload: xml("query", ns), timeout: WAIT_MS });
}

function itemsIn(answer: IqAnswer): readonly Element[] {
  return answer.kind === "result" ? (answer.payload?.getChildren("item") ?? []) : [];
}
