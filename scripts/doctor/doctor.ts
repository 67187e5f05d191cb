/** Tests the configured XMPP server step by step. */
import type { Config } from "../config/sections.js";
import { CLOSED, opening } from "../../http/identity.js";
import { Services } from "../../component/link/services.js";
import { serviceAddressOf, LOST_PORT, linkRefusalOf } from "../../component/link/refusal.js";
import { COMPONENT_PORT, wholeComponent } from "../../component/link/server-lines.js";
import type { StreamEnd } from "../../component/link/stream-end.js";
import type { Sources } from "../config/sources.js";
import { doubtful, fine, refusedFinding, untried, wrong, type Finding } from "./finding.js";
import { machine } from "./machine.js";
import { mailForwarding } from "./mail.js";
import * as probes from "./probes.js";
import { askRunning, nodeOf } from "./running.js";
import { sending } from "./sending.js";
import { servicePing } from "./service-ping.js";
import { multicast, ownServices } from "./services.js";
import { unreachable } from "../listening.js";
import { toRunStopped } from "../service-manager.js";
import { DoctorSession, type Access, type DoctorConfig, type Examined, type Probe } from "./session.js";
import { uploads } from "./uploads.js";
import { webhooks } from "./webhooks.js";

/** The steps after connecting: first those that others depend on, last those that may end the stream. */
const STEPS: readonly Probe[] = [
  probes.alone,
  probes.hosts,
  probes.roundTrip,
  probes.clock,
  probes.discovery,
  probes.aliases,
  ownServices,
  multicast,
  uploads,
  sending,
  probes.size,
];

/**
 * Runs all steps, and yields each finding as soon as its step is done.
 * @param sources where the configuration was read from; absent: the component's files, folders and port aren't checked
 */
export async function* diagnose(config: DoctorConfig, sources?: Sources): AsyncGenerator<Finding> {
  const { xmpp } = config;
  yield nodeOf();
  const running = await askRunning(config);
  if (sources !== undefined) yield* await machine(config, sources, running.listener);
  const services = yield* reachable(xmpp);
  yield* running.findings;
  if (config.http.callers.length === 0) yield fine(`${CLOSED}: hooks need none. To open them: ${opening()}`);
  yield* await webhooks(config);
  yield* mailForwarding(config.smtp);
  yield* await servicePing(config, running.isPingAnswered);
  if (running.isLinked) {
    yield untried(
      "the other steps: they connect to the server in the component's place",
      `To run them, ${toRunStopped("doctor")}.`,
    );
    return;
  }
  /** The access with which the server accepted the component. */
  let access: Access | undefined;
  let session: DoctorSession | undefined;
  for (const service of services) {
    const opened = await DoctorSession.open({ ...xmpp, service }, xmpp.hosts);
    if (!(opened instanceof DoctorSession)) yield notTaken({ ...xmpp, service }, opened);
    else {
      yield fine(`the server accepts ${xmpp.domain} and its secret`);
      if (session !== undefined) await opened.close();
      else [access, session] = [{ ...xmpp, service }, opened];
    }
  }
  if (access === undefined || session === undefined) return;
  const { server } = session;
  const examined: Examined = { session, config, server, served: xmpp.hosts, answering: [] };
  for (const step of STEPS) {
    const { closed } = examined.session;
    if (closed !== undefined) {
      // An earlier step ended the stream, or another connection replaced it.
      const again = closed.condition === "conflict" ? closed : await DoctorSession.open(access, xmpp.hosts);
      if (!(again instanceof DoctorSession)) {
        yield notTaken(access, again);
        return;
      }
      examined.session = again;
    }
    const findings = [await step(examined)].flat();
    for (const finding of findings) yield { ...finding, server: examined.server };
    if (step === probes.alone && findings.some(({ state }) => state === "wrong")) {
      yield untried("the other steps: some answers would go to the other connection");
      break;
    }
  }
  await examined.session.close();
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

/** Checks that a server accepts connections at `service`, an address that xmpp.service leads to. */
async function reach({ service, domain }: Access): Promise<Finding> {
  const { address, port } = serviceAddressOf(service);
  const fault = await unreachable(address, port);
  if (fault === undefined) return fine(`${service} can be reached`);
  return wrong(
    `${service} can't be reached: ${fault}`,
    "If the server listens for components at another address, correct xmpp.service. If the server is down, start it. " +
      `${LOST_PORT} Otherwise let it listen for components there:`,
    ...wholeComponent(port, domain, address),
  );
}

/** Explains why the server refused the component or closed its stream. */
function notTaken(access: Access, closed: StreamEnd): Finding {
  const { service, domain } = access;
  const refusal = linkRefusalOf(closed, access);
  const finding =
    refusal === undefined
      ? wrong(
          `${service} refuses the component: ${closed.text}`,
          "If the server listens for components on another port, correct xmpp.service. If it has no such port yet, add the lines below. See also the server's log.",
          ...wholeComponent(COMPONENT_PORT, domain, serviceAddressOf(service).address),
        )
      : refusedFinding(refusal);
  return { ...finding, server: closed.peer?.server };
}
