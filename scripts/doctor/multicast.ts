/** Checks the server's multicast service (XEP-0033), which makes large rooms faster. */
import { AckRequests } from "../../component/outbox/ack-requests.js";
import { findMulticast, type MulticastService } from "../../component/probes/multicast-discovery.js";
import { conditionOf } from "../../component/inbound/stanza-error.js";
import { doubtful, fine, untried, type Finding } from "./finding.js";
import type { Examined, Probe } from "./probes.js";
import * as remedies from "./remedies.js";

const WAIT_MS = 3_000;
const SINGLY = "rooms send each receiver a stanza of its own";
/** If the service allows fewer receivers per stanza than this, the doctor recommends a higher limit. */
const MANY = 100;

export const multicast: Probe = async (examined) => {
  const { session, config, server, answering } = examined;
  if (config.rooms.multicast === "off") return fine(`${SINGLY}, as rooms.multicast is off`);
  if (answering.length === 0) return untried(`multicast: no host answers requests, so ${SINGLY}`);
  const { domain } = session;
  const found = await Promise.all(
    answering.map((host) => findMulticast(session.requests, host, domain, WAIT_MS)),
  );
  const services = new Map(found.flatMap((one) => (typeof one === "string" ? [] : [[one.jid, one]])));
  if (services.size > 0)
    return await Promise.all(Array.from(services.values(), (service) => tried(service, examined)));
  if (server === "prosody") return fine(`${SINGLY}; Prosody has no multicast service`);
  const none = `${SINGLY}; the server offers no multicast service (XEP-0033)`;
  if (server === "another") return fine(none);
  return fine(none, "With a multicast service, large rooms are faster:", remedies.multicast(domain));
};

async function tried({ jid, most }: MulticastService, { session, server }: Examined): Promise<Finding> {
  const { domain } = session;
  const { id, text } = new AckRequests(domain, domain).through(jid);
  session.write(text);
  const back = await session.next((stanza) => stanza.attrs.id === id, WAIT_MS);
  if (back === undefined || back.attrs.type === "error") {
    const why = back === undefined ? "no copy comes back" : conditionOf(back);
    return doubtful(
      `${jid} doesn't forward the component's messages (${why}), so ${SINGLY}`,
      remedies.multicast(domain),
      ...(server === "another"
        ? []
        : [
            "ejabberd's multicast service refuses components outside of its own domain: give the component a subdomain of that domain.",
          ]),
    );
  }
  const least = Math.min(most.message, most.presence);
  const upTo = least === Infinity ? "" : `, up to ${least} per stanza`;
  const todo = ["A higher limit per stanza is a little faster:", remedies.multicast(domain)];
  return fine(`rooms send to many receivers at once through ${jid}${upTo}`, ...(least >= MANY ? [] : todo));
}
