/** Resolves addresses for checks of callers' permissions, in the same way as the operations do. */
import { Jid } from "../component/addresses/address.js";
import type { DomainAliases } from "../component/addresses/domain-aliases.js";
import type { Resolve } from "./caller.js";

export function resolver(aliases: DomainAliases): Resolve {
  return ({ id, host }, kind) => {
    const jid = Jid.parse(id, host ?? (kind === "sender" ? aliases.defaultHost : aliases.domain));
    return jid && aliases.resolve(jid).bare.text;
  };
}
