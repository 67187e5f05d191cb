/** Discovers the server's multicast service (XEP-0033) and its limits. */
import type { IqRequests } from "../inbound/iq-requests.js";
import { NS } from "../xml/builder.js";
import { findService, limitIn, type DiscoveredService } from "./service-discovery.js";

/** A service that forwards one stanza to many receivers. */
export interface MulticastService {
  readonly jid: string;
  /** How many receivers one stanza may list, by kind of stanza. */
  readonly most: { readonly message: number; readonly presence: number };
}

/** The multicast service of a host; `unknown` if an entity didn't respond, so that there may be a service. */
export type Found = MulticastService | "none" | "unknown";

/** The limit of a service that publishes none: ejabberd's default for remote senders. */
const UNPUBLISHED = 20;
/** The lowest limit that is useful. Services with lower limits aren't used. */
const LEAST = 4;

/** Finds a multicast service among a host and its disco items, except `own`. @param timeout of a request, in ms */
export async function findMulticast(
  requests: Pick<IqRequests, "ask">,
  host: string,
  own: string,
  timeout: number,
): Promise<Found> {
  const found = await findService(requests, host, { own, feature: NS.address, timeout });
  return typeof found === "string" ? found : (serviceOf(found) ?? "none");
}

function serviceOf(service: DiscoveredService): MulticastService | undefined {
  const limit = (name: string): number => limitIn(service, NS.address, name) ?? UNPUBLISHED;
  const most = { message: limit("message"), presence: limit("presence") };
  return Math.min(most.message, most.presence) < LEAST ? undefined : { jid: service.jid, most };
}
