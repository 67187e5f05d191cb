/**
 * The steps on an open connection. Every probe goes from the component, or from an address that nobody can have, to
 * the component itself: no user ever sees one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Jid } from "../../component/address.js";
import { sharedDomain, unservedHost } from "../../component/link/refusal.js";
import { uncheckedSenders, type KnownServer } from "../../component/link/server-lines.js";
import { domainOwner, hasId, newProbeId } from "../../component/probes/domain-owner.js";
import { NS, xml, type Element } from "../../component/xml/builder.js";
import { serialise } from "../../component/xml/serialise.js";
import { inOneWrite, type WireText } from "../../component/xml/wire-text.js";
import { doubtful, fine, refused, untried, wrong, type Finding } from "./finding.js";
import { missingModules } from "./modules.js";
import type { Config } from "../config/sections.js";
import * as remedies from "./remedies.js";
import type { Session } from "./session.js";

/** What the steps are about, and what earlier ones learned. */
export interface Patient {
  session: Session;
  readonly domain: string;
  readonly hosts: readonly string[];
  /** The longest message that callers may send, in bytes. */
  readonly stanzaBytes: number;
  /** What the configuration says of it. */
  readonly multicast: "auto" | "off";
  /** The same of messages in users' names, and of notifications. */
  readonly sending: Config["xmpp"]["send_as_users"];
  readonly carrier: Config["notify"]["carrier"];
  server: KnownServer | undefined;
  /** Those of the hosts that the server doesn't serve. */
  readonly unserved: Set<string>;
  /** Whether the server answers the component's own requests. */
  answers: boolean;
}

export type Probe = (patient: Patient) => Promise<Finding | readonly Finding[]>;

const WAIT_MS = 3_000;
const BIG_MS = 20_000;
const CLOCK_MS = 5_000;
const TRIPS = 12;
/** Before those: meanwhile the link finds out whether the server waits for acknowledgements. */
const FIRST_TRIPS = 12;
/** Read by the server in several pieces, so that its answer doesn't go together with the one before. */
const LONG_BYTES = 10_000;
/** Nagle's algorithm holds an answer back until the one before is acknowledged, which systems do after 40 ms. */
export const SLOW_MS = 30;
export const SLOW_PROSODY =
  "Each call waits so long. Prosody, as it is installed, holds small answers back for a while:";

/** Who answers for the hosts, and whether anybody does. */
export const hosts: Probe = async (patient) => {
  const findings: Finding[] = [];
  for (const host of patient.hosts) {
    const answer = await askAgain(patient, host, xml("query", NS.discoInfo));
    if (answer.kind === "result") {
      patient.answers = true;
      const name = answer.payload?.getChild("identity")?.attrs.name ?? "";
      patient.server ??= nameOf(name) ?? (await nameByVersion(patient, host));
      findings.push(fine(`the server${name === "" ? "" : `, ${name},`} serves ${host}`));
      if (answer.payload !== undefined)
        findings.push(...missingModules(host, answer.payload, patient.server));
    } else if (answer.kind === "error") {
      patient.answers = true;
      patient.unserved.add(host);
      findings.push(refused(unservedHost(host, answer.condition)));
    } else {
      findings.push(unanswering(patient, host));
    }
  }
  return findings;
};

/** Users' vCards are asked for by permission then, where there is one. */
function unanswering({ domain, session }: Patient, host: string): Finding {
  const mayAsk = session.permissions.mayGet(host, NS.vcard);
  const lost = mayAsk
    ? "nothing but users' vCards can be asked of it, by its permission (XEP-0356)"
    : "nothing can be asked of it, as are vCards and multicast";
  return doubtful(
    `${host} doesn't answer the component's requests: ${lost}`,
    "ejabberd 24.12 does so to every component, of other programs, too, while mod_privilege is loaded; " +
      "from 25.03 on it answers. Update it, or do without mod_privilege there:",
    uncheckedSenders(domain),
    ...(mayAsk
      ? []
      : ["Or, where the module has to stay, let vCards at least be asked for:", remedies.vcards()]),
  );
}

/** As it calls itself (XEP-0092); its name in discovery may be the operator's. */
async function nameByVersion(patient: Patient, host: string): Promise<KnownServer | undefined> {
  const answer = await ask(patient, host, xml("query", NS.version));
  const name = answer.kind === "result" ? answer.payload?.getChildText("name") : undefined;
  return name === undefined || name === null ? undefined : (nameOf(name) ?? "another");
}

function nameOf(name: string): KnownServer | undefined {
  return /ejabberd/i.test(name) ? "ejabberd" : /prosody/i.test(name) ? "prosody" : undefined;
}

/** Whether what is sent to the domain comes here and nowhere else. */
export const alone: Probe = async ({ session, domain }) => {
  switch (await domainOwner(session)) {
    case "component":
      return fine("a message to itself comes back, and nobody else gets it");
    case "rooms":
      return refused(sharedDomain(domain, "rooms"));
    case "another":
      return refused(sharedDomain(domain, "another"));
    case "unknown":
      return doubtful(
        "the server doesn't hand the component its own messages: calls are confirmed by pings instead",
      );
  }
};

/** How long an answer takes that comes right after another, as most do. */
export const roundTrip: Probe = async ({ session, server }) => {
  const times: number[] = [];
  for (let round = 0; round < FIRST_TRIPS + TRIPS; round += 1) {
    const [small, long] = [echo(session.domain, ""), echo(session.domain, "x".repeat(LONG_BYTES))];
    const started = performance.now();
    session.write(inOneWrite([small.text, long.text]));
    if ((await session.next(hasId(long.id), WAIT_MS)) === undefined)
      return untried("the round trip: nothing comes back");
    if (round >= FIRST_TRIPS) times.push(performance.now() - started);
  }
  // Now and then one gets through early; where the machine is busy, some are late.
  const ms = times.sort((a, b) => a - b)[TRIPS / 4] ?? 0;
  const text = `the round trip through the server takes ${ms.toFixed(1)} ms`;
  if (ms < SLOW_MS) return fine(text);
  if (server !== "prosody")
    return doubtful(text, "Each call waits so long; the server is busy, or far away.");
  return doubtful(text, SLOW_PROSODY, remedies.nagle());
};

/** A message from the component to itself. */
function echo(domain: string, body: string): { id: string; text: WireText } {
  const id = newProbeId();
  const addresses = { from: domain, to: domain, id };
  return { id, text: serialise(xml("message", addresses, xml("body", {}, body), xml("no-store", NS.hints))) };
}

/** Whether the clocks agree (XEP-0202). */
export const clock: Probe = async (patient) => {
  const [host = ""] = patient.hosts;
  if (!patient.answers) return untried("the server's clock: it doesn't answer requests");
  const answer = await ask(patient, host, xml("time", NS.time));
  const utc = answer.kind === "result" ? answer.payload?.getChildText("utc") : undefined;
  const theirs = Date.parse(utc ?? "");
  if (Number.isNaN(theirs)) return untried("the server's clock: it doesn't tell the time (XEP-0202)");
  const apart = Math.abs(Date.now() - theirs);
  // The server tells whole seconds.
  if (apart < CLOCK_MS) return fine("the clocks of server and component agree");
  const seconds = Math.round(apart / 1000);
  return doubtful(`the clocks of server and component are ${seconds} s apart`, "Set both by NTP.");
};

/** Whether clients find the component's rooms where they look: among the items of their own server. */
export const discovery: Probe = async (patient) => {
  const [host = ""] = patient.hosts;
  if (!patient.answers) return untried("discovery: the server doesn't answer requests");
  const answer = await ask(patient, host, xml("query", NS.discoItems));
  const items = answer.kind === "result" ? (answer.payload?.getChildren("item") ?? []) : [];
  if (items.some((item) => item.attrs.jid === patient.domain)) {
    return fine(`clients find ${patient.domain} in the service discovery of ${host}`);
  }
  return doubtful(
    `clients don't find ${patient.domain} in the service discovery of ${host}`,
    remedies.discovery(patient.domain, host),
  );
};

/** Whether the largest stanza passes that the component may write. */
export const size: Probe = async ({ session, domain, stanzaBytes }) => {
  const id = newProbeId();
  session.send(xml("message", { from: domain, to: domain, id }, xml("body", {}, "x".repeat(stanzaBytes))));
  const back = await session.next(hasId(id), BIG_MS);
  if (back === undefined || back.attrs.type === "error") {
    const why = session.closed === undefined ? "it doesn't arrive" : session.closed.text;
    return wrong(
      `a stanza of ${stanzaBytes} bytes doesn't pass: ${why}`,
      // Room for the stanza's own elements and attributes.
      remedies.stanzaSize(domain, stanzaBytes * 2),
      "Or lower stanza_bytes under limits in this program's configuration.",
    );
  }
  return fine(`a stanza of ${stanzaBytes} bytes passes`);
};

/** Asks several times: where another has the domain as well, it gets some of the answers. */
async function askAgain(...question: Parameters<typeof ask>): ReturnType<typeof ask> {
  const answers = await Promise.all(
    [0, 7, 31].map(async (ms) => {
      await sleep(ms);
      return ask(...question);
    }),
  );
  return answers.find(({ kind }) => kind !== "silence") ?? { kind: "silence" };
}

/** An address that no account has. */
export function nobody(host: string): string {
  return `${newProbeId()}@${host}`;
}

export function ask(
  { session }: Patient,
  host: string,
  payload: Element,
): ReturnType<Session["requests"]["ask"]> {
  const to = Jid.parse(host);
  if (to === undefined) return Promise.resolve({ kind: "unasked" });
  return session.requests.ask({ type: "get", to, payload, timeout: WAIT_MS });
}
