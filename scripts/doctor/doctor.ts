/** Tries the operator's own server, step by step, and tells what to change. */
import type { Config } from "../config/sections.js";
import { enter, reach } from "./arrival.js";
import { untried, type Finding, type ServerName } from "./finding.js";
import { multicast } from "./multicast.js";
import * as probes from "./probes.js";
import { askRunning } from "./running.js";
import type { Session } from "./session.js";

export type DoctorConfig = Pick<Config, "xmpp" | "http" | "limits" | "rooms">;

/** In the order in which they make sense; those that may end the stream come last. */
const STEPS: readonly probes.Probe[] = [
  probes.alone,
  probes.hosts,
  probes.roundTrip,
  probes.clock,
  probes.discovery,
  multicast,
  probes.sendingAsUsers,
  probes.presence,
  probes.size,
];

/** One finding after the other, as they come, each with the server's name as far as it is known then. */
export async function* diagnose(
  config: DoctorConfig,
): AsyncGenerator<Finding & { readonly server: ServerName | undefined }> {
  const { xmpp, limits, rooms } = config;
  const nameless = (finding: Finding) => ({ ...finding, server: undefined });
  const running = await askRunning(config);
  const reached = await reach(xmpp);
  yield nameless(reached);
  if (running !== undefined) yield* running.findings.map(nameless);
  if (running?.isComponent === true) {
    yield nameless(
      untried(
        "everything else: it needs the component's own connection",
        "Stop the component (systemctl stop qtalk-component) and run doctor again.",
      ),
    );
    return;
  }
  if (reached.state !== "fine") return;
  let patient: probes.Patient | undefined;
  let session: Session | undefined;
  for (const step of STEPS) {
    if (session?.isUp !== true) {
      // A step before this one ended the stream.
      const entered = await enter(xmpp, xmpp.hosts);
      if (patient === undefined || entered.session === undefined) yield nameless(entered.finding);
      session = entered.session;
      if (session === undefined) return;
      patient = {
        ...{ server: undefined, answers: false },
        ...patient,
        ...{ session, service: xmpp.service, domain: xmpp.domain, hosts: xmpp.hosts },
        stanzaBytes: limits.stanza_bytes,
        multicast: rooms.multicast,
      };
    }
    if (patient === undefined) return;
    const findings = [await step(patient)].flat();
    for (const finding of findings) yield { ...finding, server: patient.server };
    if (step === probes.alone && findings.some(({ state }) => state === "wrong")) {
      yield nameless(untried("everything else: part of the answers would go elsewhere"));
      break;
    }
  }
  await session?.close();
}
