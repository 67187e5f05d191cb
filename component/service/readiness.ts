/** Whether callers' stanzas reach the server now; if not, why. */
import type { GroupCommit } from "../../storage/group-commit.js";
import { causeOf } from "../../storage/storage-fault.js";
import type { Link } from "../link/link.js";
import type { Outbox } from "../outbox/outbox.js";
import type { SendingRights } from "../privilege/sending-rights.js";

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

export function readinessOf(
  { diskFault }: GroupCommit,
  { state }: Link,
  { reason: unable }: SendingRights,
  { isReady }: Outbox,
): Readiness {
  if (diskFault !== undefined)
    return { ready: false, reason: `${causeOf(diskFault)}: nothing can be stored` };
  if (isReady && unable === undefined) return { ready: true };
  if (state.kind === "away" || state.kind === "refused") return { ready: false, reason: state.reason };
  if (state.kind === "up" && unable !== undefined) return { ready: false, reason: unable };
  return { ready: false, reason: "the link to the XMPP server is being made" };
}
