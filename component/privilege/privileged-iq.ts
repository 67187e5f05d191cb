/**
 * Requests in users' names by their host's permission (XEP-0356 §6), which is given by namespace: wrapped in a request to
 * the one in whose name it is asked, as the answer is wrapped, too.
 */
import { NS, xml, type Element } from "../xml/builder.js";

/** @param request the stanza as the user would send it */
export function privilegedIq({ attrs, children }: Element): Element {
  return xml("privileged_iq", NS.privilege, xml("iq", { xmlns: NS.client, ...attrs }, ...children));
}

/** The answer in its wrapping; undefined where there is none in it. */
export function unwrappedIq(stanza: Element): Element | undefined {
  return stanza.getChild("privilege", NS.privilege)?.getChild("forwarded", NS.forward)?.getChild("iq");
}
