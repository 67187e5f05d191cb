/** Whether callers' stanzas reach the server now. */
import type { GroupCommit } from "../../storage/group-commit.js";
import { causeOf } from "../../storage/storage-fault.js";
import type { Link } from "../link/link.js";
import type { Outbox } from "../outbox/outbox.js";
import type { SendingRights } from "../privilege/sending-rights.js";
import type { StartupCheck } from "./startup-check.js";

/** If callers' stanzas don't reach the server, why. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** The parts that know it. */
export interface ReadinessParts {
  readonly commit: Pick<GroupCommit, "diskFault">;
  readonly link: Pick<Link, "state">;
  readonly rights: Pick<SendingRights, "reason">;
  readonly check: Pick<StartupCheck, "reason">;
  readonly outbox: Pick<Outbox, "isReady">;
}

export function readinessOf({ commit, link, rights, check, outbox }: ReadinessParts): Readiness {
  const [{ diskFault }, { state }, { reason: unable }] = [commit, link, rights];
  const refused = (reason: string): Readiness => ({ ready: false, reason });
  if (diskFault !== undefined) return refused(`${causeOf(diskFault)}: nothing can be stored`);
  const { reason: unserved } = check;
  if (state.kind === "up" && unserved !== undefined) return refused(unserved);
  if (outbox.isReady && unable === undefined) return { ready: true };
  if (state.kind === "away" || state.kind === "refused") return refused(state.reason);
  return refused((state.kind === "up" ? unable : undefined) ?? "the link to the XMPP server is being made");
}
