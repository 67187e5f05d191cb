/** Asks the server whether it serves a host: its service discovery (XEP-0030), and if that is refused, a ping (XEP-0199). */
import { isUnreachable } from "../inbound/unreachable-hosts.js";
import type { IqAnswer } from "../inbound/iq-requests.js";
import { NS, xml, type Element } from "../xml/builder.js";

export type HostState =
  | { readonly kind: "served"; readonly info: Element | undefined }
  /** The host refuses the component's requests, but the server doesn't say that it is elsewhere. */
  | { readonly kind: "refusing"; readonly condition: string }
  /** The server answers in the host's place that it can't be reached. */
  | { readonly kind: "unserved"; readonly condition: string }
  | { readonly kind: "silent" };

/**
 * Returns the state of a host. A host that the server doesn't serve gives each request the same error; one that refuses its
 * service discovery alone answers the ping otherwise.
 * @param ask sends a request (IQ get) to the host
 */
export async function hostState(ask: (payload: Element) => Promise<IqAnswer>): Promise<HostState> {
  const answer = await ask(xml("query", NS.discoInfo));
  if (answer.kind === "result") return { kind: "served", info: answer.payload };
  if (answer.kind !== "error") return { kind: "silent" };
  const { condition } = answer;
  if (!isUnreachable(condition)) return { kind: "refusing", condition };
  const pong = await ask(xml("ping", NS.ping));
  const isSame = pong.kind === "error" && pong.condition === condition;
  return { kind: isSame ? "unserved" : "refusing", condition };
}
