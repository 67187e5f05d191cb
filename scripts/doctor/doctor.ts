/** Tests the configured XMPP server step by step. */
import type { Config } from "../config/sections.js";
import { Services } from "../../component/link/services.js";
import { enter, notTaken, reach } from "./arrival.js";
import { doubtful, fine, untried, wrong, type Finding } from "./finding.js";
import { multicast } from "./multicast.js";
import { ownServices } from "./own-services.js";
import * as probes from "./probes.js";
import { askRunning, nodeOf } from "./running.js";
import { sending } from "./sending.js";
import { portHolder } from "../socket-unit.js";
import type { Session } from "./session.js";
import { webhooks } from "./webhooks.js";

/** The steps after connecting: first those that others depend on, last those that may end the stream. */
const STEPS: readonly probes.Probe[] = [
  probes.alone,
  probes.hosts,
  probes.roundTrip,
  probes.clock,
  probes.discovery,
  probes.aliases,
  ownServices,
  multicast,
  sending,
  probes.size,
];

/** Runs all steps, and yields each finding as soon as its step is done. */
export async function* diagnose(config: probes.DoctorConfig): AsyncGenerator<Finding> {
  const { xmpp } = config;
  yield nodeOf();
  const running = await askRunning(config);
  const holder = portHolder(config.http.listen);
  if (holder !== undefined)
    yield holder.todo === undefined ? fine(holder.text) : doubtful(holder.text, holder.todo);
  const services = yield* reachable(xmpp);
  if (running !== undefined) yield* running.findings;
  yield* await webhooks(config);
  if (running?.isLinked === true) {
    yield untried(
      "the other steps: they connect to the server in the component's place",
      "To run them, stop the component (systemctl stop qtalk-component.socket qtalk-component) and run doctor again.",
    );
    return;
  }
  let entered: Entered | undefined;
  for (const service of services) {
    const { finding, session } = await enter({ ...xmpp, service }, xmpp.hosts);
    yield finding;
    if (entered === undefined && session !== undefined) entered = { service, session };
    else await session?.close();
  }
  if (entered === undefined) return;
  const { service } = entered;
  let { session } = entered;
  const examined: probes.Examined = {
    session,
    config,
    server: session.server,
    served: xmpp.hosts,
    answering: [],
  };
  for (const step of STEPS) {
    if (!session.isUp) {
      // An earlier step ended the stream, or another connection replaced it.
      if (session.closed?.condition === "conflict") {
        yield notTaken({ ...xmpp, service }, session.closed);
        return;
      }
      const again = await enter({ ...xmpp, service }, xmpp.hosts);
      if (again.session === undefined) {
        yield again.finding;
        return;
      }
      session = again.session;
      examined.session = session;
    }
    const findings = [await step(examined)].flat();
    for (const finding of findings) yield { ...finding, server: examined.server };
    if (step === probes.alone && findings.some(({ state }) => state === "wrong")) {
      yield untried("the other steps: some answers would go to the other connection");
      break;
    }
  }
  await session.close();
}

interface Entered {
  /** The address at which the server accepted the component, in the form of xmpp.service. */
  readonly service: string;
  readonly session: Session;
}

/** Yields a finding for each of the server's addresses. @returns the addresses at which it can be reached */
async function* reachable({ service: given, ...access }: Config["xmpp"]): AsyncGenerator<Finding, string[]> {
  const { addresses, fault } = await new Services(given).inOrder();
  const findings = await Promise.all(addresses.map((service) => reach({ ...access, service })));
  const isAny = findings.some(({ state }) => state === "fine");
  if (fault !== undefined) {
    const todo = "Correct xmpp.service or the DNS records.";
    yield isAny ? doubtful(fault, todo) : wrong(fault, todo);
  }
  for (const finding of findings) {
    // If another address can be reached, the component works, but without failover to this address.
    const state = finding.state === "wrong" && isAny ? "doubtful" : finding.state;
    yield { ...finding, state };
  }
  return addresses.filter((_, index) => findings[index]?.state === "fine");
}
