/**
 * Tests whether the component has its domain for itself. ejabberd may give the same domain to its own rooms, or to several
 * connections, and spreads stanzas over them.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { NS, xml, type Element } from "../xml/builder.js";

/**
 * - `component`: the component alone
 * - `rooms`: the server's own rooms, too
 * - `another`: another connection, too
 * - `unknown`: none of the test's stanzas came back
 */
export type DomainOwner = "component" | "rooms" | "another" | "unknown";

/** The part of a connection that probes use. */
export interface Exchange {
  readonly domain: string;
  send(stanza: Element): void;
  next(matches: (stanza: Element) => boolean, ms: number): Promise<Element | undefined>;
}

/** The ids of probes start with this. */
export const PROBE = "probe-";
const WAIT_MS = 3_000;
/** If two share a domain, each gets about half: the chance that one gets all of these is one in 65,000. */
const ROUNDS = 16;

export const newProbeId = (): string => `${PROBE}${randomUUID()}`;
export const hasId = (id: string) => (stanza: Element) => stanza.attrs.id === id;

export async function domainOwner(exchange: Exchange): Promise<DomainOwner> {
  const [messages, questions] = await Promise.all([sent(exchange, "message"), sent(exchange, "iq")]);
  // The server's own rooms answer; the component gets the stanza as it was sent.
  const isAnswer = (stanza: Element | undefined): boolean =>
    stanza?.attrs.type === "error" || stanza?.attrs.type === "result";
  if ([...messages, ...questions].some(isAnswer)) return "rooms";
  const missing = messages.filter((stanza) => stanza === undefined).length;
  if (missing === 0) return "component";
  return missing < messages.length ? "another" : "unknown";
}

/** Sends a stanza from the component to itself. @returns the stanza that came back */
function boomerang(exchange: Exchange, name: "message" | "iq"): Promise<Element | undefined> {
  const { domain } = exchange;
  const id = newProbeId();
  const addresses = { from: domain, to: domain, id };
  exchange.send(
    name === "message"
      ? xml("message", addresses, xml("no-store", NS.hints))
      : xml("iq", { ...addresses, type: "get" }, xml("query", NS.discoInfo)),
  );
  return exchange.next(hasId(id), WAIT_MS);
}

/** Sends several, at random moments, as the server may choose the connection by time. */
async function sent(exchange: Exchange, name: "message" | "iq"): Promise<readonly (Element | undefined)[]> {
  const back: Promise<Element | undefined>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    back.push(boomerang(exchange, name));
    await sleep(Math.random() * 5);
  }
  return Promise.all(back);
}
