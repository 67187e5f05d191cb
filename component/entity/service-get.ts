import type { IqHandler } from "../router.js";

/** Makes a handler for IQ gets to the component. disco#info lists `ns`, the payload's namespace, as a feature. */
export function serviceGet(
  name: string,
  ns: string,
  handle: IqHandler<"service">["handle"],
): IqHandler<"service"> {
  return { stanza: "iq", type: "get", target: "service", name, ns, feature: ns, handle };
}
