/** Makes a handler for IQ gets to the component, which disco#info declares by its namespace. */
import type { IqHandler } from "../router.js";

export function serviceGet(
  name: string,
  ns: string,
  handle: IqHandler<"service">["handle"],
): IqHandler<"service"> {
  return { stanza: "iq", type: "get", target: "service", name, ns, feature: ns, handle };
}
