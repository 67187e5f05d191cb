/** The doctor's steps on an open connection. Probe messages go to the component itself, not to users. */
import { refusingHost, sharedDomain, unservedHost } from "../../component/link/refusal.js";
import { uncheckedSenders } from "../../component/link/server-lines.js";
import { domainOwner } from "../../component/probes/domain-owner.js";
import { hasId, newProbeId } from "../../component/probes/exchange.js";
import { hostState } from "../../component/probes/served-host.js";
import { NS, xml } from "../../component/xml/builder.js";
import { serialise } from "../../component/xml/serialise.js";
import { inOneWrite, type WireText } from "../../component/xml/wire-text.js";
import { doubtful, fine, refusedFinding, untried, wrong, type Finding } from "./finding.js";
import * as remedies from "./remedies.js";
import { missingModules } from "./services.js";
import type { Probe, DoctorSession } from "./session.js";

const WAIT_MS = 3_000;
/** How long to wait for a stanza of the largest size, in milliseconds. */
const BIG_MS = 20_000;
/** The doctor warns if the server's and the component's clocks differ by this many milliseconds. */
const CLOCK_MS = 5_000;
const TRIPS = 12;
/** How many round trips precede the measured ones, so that TCP can adapt to the connection. */
const FIRST_TRIPS = 12;
/**
 * The length of a body that the server reads in several pieces. So the server doesn't send the message back together
 * with the previous message.
 */
const LONG_BYTES = 10_000;
/** Checks that the server serves the hosts, and that they respond to requests. */
export const hosts: Probe = async (examined) => {
  const { session, config } = examined;
  const states = await Promise.all(
    config.xmpp.hosts.map(async (host) => ({
      host,
      state: await hostState((payload) => session.ask(host, payload)),
    })),
  );
  examined.answering = states.filter(({ state }) => state.kind === "served").map(({ host }) => host);
  const isAnswering = examined.answering.length > 0;
  const findings: Finding[] = [];
  for (const { host, state } of states) {
    if (state.kind === "served") {
      const name = state.info?.getChild("identity")?.attrs.name ?? "";
      findings.push(fine(`the server${name === "" ? "" : `, ${name},`} serves ${host}`));
      if (state.info !== undefined) findings.push(...missingModules(host, state.info, examined.server));
    } else if (state.kind === "refusing") {
      const { text, todo } = refusingHost(host, state.condition);
      findings.push(doubtful(text, ...todo));
    } else if (state.kind === "silent" && !isAnswering && examined.server !== "prosody") {
      findings.push(unanswering(session, host));
    } else {
      examined.served = examined.served.filter((each) => each !== host);
      findings.push(
        refusedFinding(unservedHost(host, state.kind === "unserved" ? state.condition : "no answer")),
      );
    }
  }
  return findings;
};

/** Returns the finding for a host that doesn't respond. The host may still permit requests for users' vCards. */
function unanswering({ domain, permissions, server }: DoctorSession, host: string): Finding {
  const mayAsk = permissions.mayGet(host, NS.vcard);
  const lost = mayAsk
    ? "only requests for users' vCards work, by the host's permission (XEP-0356)"
    : "requests for vCards, multicast and others fail";
  const text = `${host} doesn't answer the component's requests: ${lost}`;
  if (server === "another") return doubtful(text, "Find out in the server's manual or log why.");
  return doubtful(
    text,
    "If ejabberd before 25.03 has loaded mod_privilege, it discards the requests of all components. Remove mod_privilege, and change:",
    uncheckedSenders(domain),
    ...(mayAsk ? [] : ["If you need mod_privilege, permit at least requests for vCards:", remedies.vcards()]),
  );
}

/** Checks that stanzas to the component's domain arrive on this connection only. */
export const alone: Probe = async ({ session }) => {
  const owner = await domainOwner(session.exchange);
  if (owner === "component") return fine("messages to the component's domain arrive here only");
  if (owner !== "unknown") return refusedFinding(sharedDomain(session.domain, owner));
  return doubtful(
    "the server doesn't route messages that the component sends to its own domain: so calls are acknowledged by pings instead",
  );
};

/** Measures the round trip of a stanza that closely follows another stanza. Most stanzas do. */
export const roundTrip: Probe = async ({ session, server }) => {
  const times: number[] = [];
  for (let round = 0; round < FIRST_TRIPS + TRIPS; round += 1) {
    const [small, long] = [echo(session.domain, ""), echo(session.domain, "x".repeat(LONG_BYTES))];
    const started = performance.now();
    session.write(inOneWrite([small.text, long.text]));
    if ((await session.exchange.next(hasId(long.id), WAIT_MS)) === undefined)
      return untried("the round trip: no answer arrives");
    if (round >= FIRST_TRIPS) times.push(performance.now() - started);
  }
  // The lower quartile, because some messages come back early and, on a busy machine, some late.
  const ms = times.sort((a, b) => a - b)[TRIPS / 4] ?? 0;
  return remedies.roundTripFinding(`the round trip through the server takes ${ms.toFixed(1)} ms`, ms, server);
};

/** Makes a message from the component to itself. */
function echo(domain: string, body: string): { id: string; text: WireText } {
  const id = newProbeId();
  const addresses = { from: domain, to: domain, id };
  return { id, text: serialise(xml("message", addresses, xml("body", {}, body), xml("no-store", NS.hints))) };
}

/** Compares the server's clock with this machine's (XEP-0202). */
export const clock: Probe = async ({ session, answering: [host] }) => {
  if (host === undefined) return untried("the server's clock: no host answers requests");
  const answer = await session.ask(host, xml("time", NS.time));
  const utc = answer.kind === "result" ? answer.payload?.getChildText("utc") : undefined;
  const theirs = Date.parse(utc ?? "");
  if (Number.isNaN(theirs)) return untried("the server's clock: the server doesn't support XEP-0202");
  const apart = Math.abs(Date.now() - theirs);
  // The time in the server's response is rounded to seconds.
  if (apart < CLOCK_MS) return fine("the clocks of the server and the component agree");
  const seconds = Math.round(apart / 1000);
  return doubtful(
    `the clocks of the server and the component differ by ${seconds} s`,
    "Synchronise the clocks of both machines with NTP.",
  );
};

/** Checks that clients find the component in the service discovery of their server. */
export const discovery: Probe = async ({ session, answering: [host] }) => {
  if (host === undefined) return untried("discovery: no host answers requests");
  const { domain } = session;
  if ((await session.items(host)).includes(domain))
    return fine(`clients find ${domain} in the service discovery of ${host}`);
  return doubtful(
    `clients don't find ${domain} in the service discovery of ${host}`,
    remedies.discoveryRemedies(domain, host),
  );
};

/** Checks that no alias of the component's domain is a service of the server: nobody could name that service's rooms. */
export const aliases: Probe = async ({ session, config, answering }) => {
  const findings: Finding[] = [];
  for (const alias of answering.length > 0 ? config.rooms.aliases : []) {
    if ((await session.ask(alias, xml("query", NS.discoInfo))).kind !== "result") continue;
    findings.push(
      doubtful(
        `rooms.aliases has ${alias}, for which the server answers: calls and hooks that name a room there mean the room of ${session.domain}`,
        "Remove it from rooms.aliases, unless programs use it for rooms of the component only.",
      ),
    );
  }
  return findings;
};

/** Checks that the server accepts a stanza of limits.stanza_bytes. */
export const size: Probe = async ({ session, config }) => {
  const { domain } = session;
  const stanzaBytes = config.limits.stanza_bytes;
  const id = newProbeId();
  session.exchange.send(
    xml("message", { from: domain, to: domain, id }, xml("body", {}, "x".repeat(stanzaBytes))),
  );
  const back = await session.exchange.next(hasId(id), BIG_MS);
  if (back === undefined || back.attrs.type === "error") {
    const why = session.closed === undefined ? "it doesn't arrive" : session.closed.text;
    return wrong(
      `a stanza of ${stanzaBytes} bytes doesn't pass: ${why}`,
      // Twice the size leaves room for the stanza's elements and attributes.
      remedies.stanzaSize(domain, stanzaBytes * 2),
      "Or lower limits.stanza_bytes in the component's configuration.",
    );
  }
  return fine(`a stanza of ${stanzaBytes} bytes passes`);
};
