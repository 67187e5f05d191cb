/** Tries the operator's own server, step by step, and tells what to change. */
import type { Config } from "../config/sections.js";
import { Services } from "../../component/link/services.js";
import { enter, notTaken, reach } from "./arrival.js";
import { doubtful, untried, wrong, type Finding } from "./finding.js";
import { asFolderOwner } from "../folder-owner.js";
import { hooksOf } from "./hooks.js";
import { multicast } from "./multicast.js";
import { nodeOf } from "./node.js";
import * as probes from "./probes.js";
import { askRunning } from "./running.js";
import { presence, sendingAsUsers } from "./sending.js";
import type { Session } from "./session.js";
import { toldHooksOf } from "./told-hooks.js";

export type DoctorConfig = Pick<Config, "xmpp" | "http" | "limits" | "rooms" | "notify" | "storage">;

/** In the order in which they make sense; those that may end the stream come last. */
const STEPS: readonly probes.Probe[] = [
  probes.alone,
  probes.hosts,
  probes.roundTrip,
  probes.clock,
  probes.discovery,
  multicast,
  sendingAsUsers,
  presence,
  probes.size,
];

/** One finding after the other, as they come. */
export async function* diagnose(config: DoctorConfig): AsyncGenerator<Finding> {
  const { xmpp, limits, rooms, notify } = config;
  yield nodeOf();
  const running = await askRunning(config);
  const services = yield* reachable(xmpp);
  if (running !== undefined) yield* running.findings;
  const { path } = config.storage;
  yield* asFolderOwner(path, () => hooksOf(config));
  yield* await asFolderOwner(path, () => toldHooksOf(config));
  if (running?.isLinked === true) {
    yield untried(
      "everything else: it needs the component's own connection",
      "Stop the component (systemctl stop qtalk-component) and run doctor again.",
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
  const patient: probes.Patient = {
    ...{ session, server: session.server, answers: false, unserved: new Set<string>() },
    ...{ domain: xmpp.domain, hosts: xmpp.hosts, stanzaBytes: limits.stanza_bytes },
    ...{ multicast: rooms.multicast, sending: xmpp.send_as_users, carrier: notify.carrier },
  };
  for (const step of STEPS) {
    if (!session.isUp) {
      // A step before this one ended the stream, or another connection took its place.
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
      patient.session = session;
    }
    const findings = [await step(patient)].flat();
    for (const finding of findings) yield { ...finding, server: patient.server };
    if (step === probes.alone && findings.some(({ state }) => state === "wrong")) {
      yield untried("everything else: part of the answers would go elsewhere");
      break;
    }
  }
  await session.close();
}

interface Entered {
  readonly service: string;
  readonly session: Session;
}

/** Tells which of the server's addresses can be reached. @returns those */
async function* reachable({ service: given, ...access }: Config["xmpp"]): AsyncGenerator<Finding, string[]> {
  const { addresses, fault } = await new Services(given).inOrder();
  const findings = await Promise.all(addresses.map((service) => reach({ ...access, service })));
  const isAny = findings.some(({ state }) => state === "fine");
  if (fault !== undefined) {
    const todo = "Correct xmpp.service, or the records in the name server.";
    yield isAny ? doubtful(fault, todo) : wrong(fault, todo);
  }
  for (const finding of findings) {
    // One node of a cluster does; without the others there is nobody to take its place.
    const state = finding.state === "wrong" && isAny ? "doubtful" : finding.state;
    yield { ...finding, state };
  }
  return addresses.filter((_, index) => findings[index]?.state === "fine");
}
