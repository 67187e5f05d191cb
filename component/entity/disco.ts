/** Answers service discovery requests (XEP-0030) to the component. */
import type { Jid } from "../address.js";
import type { Inbound, IqHandler, IqReply, Router } from "../router.js";
import { StanzaError } from "../stanza-error.js";
import { serviceGet } from "./service-get.js";
import { NS, xml, type Element } from "../xml/builder.js";

/** The component's identity in disco#info. */
export interface Identity {
  readonly category: string;
  readonly type: string;
  readonly name: string;
}

/** A node of the component's address (XEP-0030 §3.2). */
export interface DiscoNode {
  /** Returns the children of the node's disco#info; undefined if the node doesn't exist for this user. */
  info(from: Jid): Element[] | undefined;
  /** Returns the node's items. @param from address of the user @param jid address of the component */
  items(from: Jid, jid: Jid): Element[];
}

/** The nodes by name. */
export type DiscoNodes = ReadonlyMap<string, DiscoNode>;

/** What disco#info contains in addition to the handlers' features. */
export interface Declared {
  readonly features: readonly string[];
  /** The forms with extended information (XEP-0128). */
  readonly forms: readonly Element[];
}

/** Makes the handler of disco#info requests to the component. */
export function serviceInfo(
  router: Router,
  identity: Identity,
  nodes: DiscoNodes,
  declared: Declared = { features: [], forms: [] },
): IqHandler<"service"> {
  return serviceGet("query", NS.discoInfo, ({ from, payload }) => {
    const { node } = payload.attrs;
    if (node !== undefined) {
      const info = nodes.get(node)?.info(from);
      if (info === undefined) throw new StanzaError("cancel", "item-not-found");
      return xml("query", { xmlns: NS.discoInfo, node }, ...info);
    }
    const all = [...new Set([...router.featuresOf("service"), ...declared.features])].sort();
    const features = all.map((name) => xml("feature", { var: name }));
    return xml("query", NS.discoInfo, xml("identity", { ...identity }), ...features, ...declared.forms);
  });
}

/** Makes the handler of disco#items requests. @param list returns the items if a request has no node */
export function serviceItems(
  nodes: DiscoNodes,
  list: (inbound: Inbound<"service">) => IqReply | Promise<IqReply>,
): IqHandler<"service"> {
  return serviceGet("query", NS.discoItems, (inbound) => {
    const { node } = inbound.payload.attrs;
    if (node === undefined) return list(inbound);
    const items = found(nodes, node).items(inbound.from, inbound.to.jid);
    return xml("query", { xmlns: NS.discoItems, node }, ...items);
  });
}

/** Returns a node. @throws StanzaError item-not-found if it doesn't exist */
function found(nodes: DiscoNodes, node: string): DiscoNode {
  const known = nodes.get(node);
  if (known === undefined) throw new StanzaError("cancel", "item-not-found");
  return known;
}
