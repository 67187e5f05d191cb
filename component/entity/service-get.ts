/** Makes handlers for IQ gets that are addressed to the component itself. */
import type { IqHandler } from "../router.js";

/**
 * Makes a handler for IQ gets to the component. disco#info lists the payload's namespace as a feature.
 * @param name the name of the payload element
 * @param ns the namespace of the payload element
 */
export function serviceGet(
  name: string,
  ns: string,
  handle: IqHandler<"service">["handle"],
): IqHandler<"service"> {
  return { stanza: "iq", type: "get", target: "service", name, ns, feature: ns, handle };
}
