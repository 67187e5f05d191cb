/** What anybody asks the component itself: one shape of handler, which discovery tells of by its namespace. */
import type { IqHandler } from "../router.js";

export function serviceGet(
  name: string,
  ns: string,
  handle: IqHandler<"service">["handle"],
): IqHandler<"service"> {
  return { stanza: "iq", type: "get", target: "service", name, ns, feature: ns, handle };
}
