/** Whether rooms can tell many at once through the server (XEP-0033), which is faster where they are large. */
import { AckRequests } from "../../component/outbox/ack-requests.js";
import { findMulticast, type MulticastService } from "../../component/probes/multicast-discovery.js";
import { conditionOf } from "../../component/stanza-error.js";
import { doubtful, fine, untried, type Finding } from "./finding.js";
import type { Patient, Probe } from "./probes.js";
import * as remedies from "./remedies.js";

const WAIT_MS = 3_000;
const SINGLY = "rooms tell each receiver by a stanza of their own";
/** A service that takes fewer receivers a stanza could be made to take more. */
const MANY = 100;

export const multicast: Probe = async (patient) => {
  if (patient.multicast === "off") return fine(`${SINGLY}, as "multicast: off" under rooms says`);
  if (!patient.answers) return untried(`multicast: the server doesn't answer requests, so ${SINGLY}`);
  const { session, domain, hosts } = patient;
  const found = await Promise.all(
    hosts.map((host) => findMulticast(session.requests, host, domain, WAIT_MS)),
  );
  const services = new Map(found.flatMap((one) => (typeof one === "string" ? [] : [[one.jid, one]])));
  if (services.size > 0)
    return await Promise.all(Array.from(services.values(), (service) => tried(service, patient)));
  if (patient.server === "prosody") return fine(`${SINGLY}; Prosody has no multicast service`);
  const none = `${SINGLY}; the server offers no multicast service (XEP-0033)`;
  if (patient.server === "another") return fine(none);
  return fine(none, "With it large rooms are told faster:", remedies.multicast(domain));
};

async function tried(
  { jid, most }: MulticastService,
  { session, domain, server }: Patient,
): Promise<Finding> {
  const { id, text } = new AckRequests(domain, domain).through(jid);
  session.write(text);
  const back = await session.next((stanza) => stanza.attrs.id === id, WAIT_MS);
  if (back === undefined || back.attrs.type === "error") {
    const why = back === undefined ? "nothing comes back" : conditionOf(back);
    return doubtful(
      `${jid} doesn't send the component's messages on (${why}), so ${SINGLY}`,
      remedies.multicast(domain),
      ...(server === "another"
        ? []
        : [
            "ejabberd's refuses whoever isn't under its own domain in any case: then take such a domain for the component.",
          ]),
    );
  }
  const least = Math.min(most.message, most.presence);
  const upTo = least === Infinity ? "" : `, up to ${least} a stanza`;
  const todo = ["With more a stanza it is a little faster:", remedies.multicast(domain)];
  return fine(`rooms tell many at once through ${jid}${upTo}`, ...(least >= MANY ? [] : todo));
}
