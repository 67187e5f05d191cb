/** The address that a call means, normalised, for callers' policies: the same that the operations will read. */
import { Jid } from "../component/address.js";
import type { Resolve } from "./caller.js";

export interface Domains {
  /** The component's own. */
  readonly domain: string;
  /** Whose users it speaks for; the first is the default. */
  readonly hosts: readonly string[];
  /** Domains that calls name and mean the component's own. */
  readonly aliases: readonly string[];
}

export function resolver({ domain, hosts, aliases }: Domains): Resolve {
  const defaults = { sender: hosts[0] ?? domain, room: domain };
  return ({ id, host }, kind) => {
    const jid = Jid.parse(id, host ?? defaults[kind]);
    if (jid === undefined) return undefined;
    const owner = aliases.includes(jid.domain) ? domain : jid.domain;
    return jid.local === undefined ? owner : `${jid.local}@${owner}`;
  };
}
