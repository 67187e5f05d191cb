/** Answers service discovery requests (XEP-0030) to the component. */
import type { Jid } from "../addresses/address.js";
import type { IqReply } from "../inbound/iq-reply.js";
import type { Inbound, IqHandler, Router } from "../inbound/router.js";
import { StanzaError } from "../inbound/stanza-error.js";
import type { Translated } from "../translated.js";
import { NS, xml, type Element } from "../xml/builder.js";

/** A node of the component's address (XEP-0030 §3.2). */
export interface DiscoNode {
  /** Returns the children of the node's disco#info; undefined if the node doesn't exist for this user. */
  info(from: Jid): Element[] | undefined;
  /** Returns the node's items. @param from address of the user @param jid address of the component */
  items(from: Jid, jid: Jid): Element[];
}

/** The service's name, which is also the nickname of its announcements. */
export const SERVICE_NAME = { en: "Group chat", zh: "群聊" } as const satisfies Translated;

const IDENTITY = { category: "conference", type: "text", name: SERVICE_NAME.en };

/** Makes the handlers of disco#info and disco#items requests to the component. @param list returns its own items */
export function discoHandlers(
  router: Router,
  nodes: ReadonlyMap<string, DiscoNode>,
  list: (inbound: Inbound<"service">) => IqReply | Promise<IqReply>,
  declared: { features: readonly string[]; forms: readonly Element[] } = { features: [], forms: [] },
): IqHandler<"service">[] {
  return [
    serviceGet("query", NS.discoInfo, ({ from, payload }) => {
      const { node } = payload.attrs;
      if (node !== undefined) {
        return xml("query", { xmlns: NS.discoInfo, node }, ...existing(nodes.get(node)?.info(from)));
      }
      const all = [...new Set([...router.featuresOf("service"), ...declared.features])].sort();
      const features = all.map((name) => xml("feature", { var: name }));
      return xml("query", NS.discoInfo, xml("identity", IDENTITY), ...features, ...declared.forms);
    }),
    serviceGet("query", NS.discoItems, (inbound) => {
      const { node } = inbound.payload.attrs;
      if (node === undefined) return list(inbound);
      const items = existing(nodes.get(node)?.items(inbound.from, inbound.to.jid));
      return xml("query", { xmlns: NS.discoItems, node }, ...items);
    }),
  ];
}

function existing(content: Element[] | undefined): Element[] {
  if (content === undefined) throw new StanzaError("cancel", "item-not-found");
  return content;
}

/** Makes a handler for IQ gets to the component. disco#info lists `ns`, the payload's namespace, as a feature. */
export function serviceGet(
  name: string,
  ns: string,
  handle: IqHandler<"service">["handle"],
): IqHandler<"service"> {
  return { stanza: "iq", type: "get", target: "service", name, ns, feature: ns, handle };
}

export interface About {
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
}

/** Returns the handlers of ping, version (XEP-0092), last activity (XEP-0012), time (XEP-0202) and vCard (XEP-0054). */
export function basics(about: About): IqHandler<"service">[] {
  return [
    serviceGet("ping", NS.ping, () => undefined),
    serviceGet("query", NS.version, () =>
      xml("query", NS.version, xml("name", {}, about.name), xml("version", {}, about.version)),
    ),
    serviceGet("query", NS.last, () => {
      const seconds = Math.floor((Date.now() - about.startedAt) / 1000);
      return xml("query", { xmlns: NS.last, seconds: String(seconds) });
    }),
    serviceGet("vCard", NS.vcard, () => xml("vCard", NS.vcard, xml("FN", {}, about.name))),
    serviceGet("time", NS.time, () =>
      xml("time", NS.time, xml("tzo", {}, "+00:00"), xml("utc", {}, new Date().toISOString())),
    ),
  ];
}
