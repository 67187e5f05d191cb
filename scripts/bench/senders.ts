/** The component in the ways in which it sends users' messages, each with a domain of its own on one server. */
import type { ComponentProcess } from "../lab/component-process.js";
import type { ComponentOptions } from "../lab/options.js";
import type { Server } from "../lab/server.js";
import { HOST } from "./sending.js";
import type { Stage } from "./stage.js";

const FORGING = `conference.${HOST}`;
const PLAIN = `plain.${HOST}`;
const PRIVILEGED = `privileged.${HOST}`;

/** For the server's options. The last has no other right than by permission. */
export const SENDERS: readonly ComponentOptions[] = [
  { domain: FORGING },
  { domain: PLAIN },
  { domain: PRIVILEGED, privileged: true, sendsAsUsers: false },
];

export interface Senders {
  /** From users' addresses, with a copy for the sender's own sessions. */
  readonly forging: ComponentProcess;
  /** From users' addresses, without copies. */
  readonly plain: ComponentProcess;
  /** By the server's permission (XEP-0356); the sender's copies are the server's. */
  readonly privileged: ComponentProcess;
}

/** @param server one that has the components of SENDERS */
export async function startSenders(stage: Stage, server: Server): Promise<Senders> {
  const start = (domain: string, config = {}): Promise<ComponentProcess> =>
    stage.component({ access: server.component(domain), hosts: server.settings.hosts, config });
  return {
    forging: await start(FORGING),
    plain: await start(PLAIN, { xmpp: { carbons: false } }),
    privileged: await start(PRIVILEGED, { xmpp: { send_as_users: "privilege" } }),
  };
}
