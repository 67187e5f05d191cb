/** Tests if only the component uses its domain. On ejabberd, its own rooms or another component may use it, too. */
import { setTimeout as sleep } from "node:timers/promises";
import { NS, xml, type Element } from "../xml/builder.js";
import { hasId, newProbeId, type ProbeExchange } from "./exchange.js";

/** Who gets the domain's stanzas: the component alone, or others, too. `unknown`: none of the test's came back. */
export type DomainOwner = "component" | "rooms" | "another" | "unknown";

/** The feature of services that have rooms (XEP-0045). */
const ROOMS = "http://jabber.org/protocol/muc";
/** How long to wait for a stanza, in milliseconds. */
const WAIT_MS = 3_000;
/** How many stanzas of each kind are sent. Another connection for the domain gets none of 16 in one of 65,000 tests. */
const ROUNDS = 16;

export async function domainOwner(exchange: ProbeExchange): Promise<DomainOwner> {
  const [messages, questions] = await Promise.all([sent(exchange, "message"), sent(exchange, "iq")]);
  // Whoever else has the domain may respond to a stanza, while the component gets it back unchanged.
  const isAnswer = (stanza: Element | undefined): boolean =>
    stanza?.attrs.type === "error" || stanza?.attrs.type === "result";
  if (questions.some(isOfRooms)) return "rooms";
  if ([...messages, ...questions].some(isAnswer)) return "another";
  const missing = messages.filter((stanza) => stanza === undefined).length;
  if (missing === 0) return "component";
  return missing < messages.length ? "another" : "unknown";
}

/** Whether a stanza is a service's answer that it has rooms. */
function isOfRooms(stanza: Element | undefined): boolean {
  if (stanza?.attrs.type !== "result") return false;
  const features = stanza.getChild("query", NS.discoInfo)?.getChildren("feature") ?? [];
  return features.some(({ attrs }) => attrs.var === ROOMS);
}

/** Sends stanzas from the component to itself, at random times: the server may choose the connection by time. */
async function sent(
  exchange: ProbeExchange,
  name: "message" | "iq",
): Promise<readonly (Element | undefined)[]> {
  const { domain } = exchange;
  const back: Promise<Element | undefined>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const addresses = { from: domain, to: domain, id: newProbeId() };
    exchange.send(
      name === "message"
        ? xml("message", addresses, xml("no-store", NS.hints))
        : xml("iq", { ...addresses, type: "get" }, xml("query", NS.discoInfo)),
    );
    back.push(exchange.next(hasId(addresses.id), WAIT_MS));
    await sleep(Math.random() * 5);
  }
  return Promise.all(back);
}
