/**
 * Service discovery (XEP-0030) of the component: the features that its handlers declare, and nodes.
 */
import type { Jid } from "../address.js";
import type { Inbound, IqHandler, IqReply, Router } from "../router.js";
import { StanzaError } from "../stanza-error.js";
import { serviceGet } from "./service-get.js";
import { NS, xml, type Element } from "../xml/builder.js";

export interface Identity {
  readonly category: string;
  readonly type: string;
  readonly name: string;
}

/** A node of the component's address (XEP-0030 §3.2). */
export interface DiscoNode {
  /** @returns undefined if there is none for the user */
  info(from: Jid): Element[] | undefined;
  /** @param jid the component's address */
  items(from: Jid, jid: Jid): Element[];
}

export type DiscoNodes = ReadonlyMap<string, DiscoNode>;

/** What the address declares in addition to its handlers' features. */
export interface Declared {
  readonly features: readonly string[];
  /** Extended information (XEP-0128). */
  readonly forms: readonly Element[];
}

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

/** @param list answers requests without a node */
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

function found(nodes: DiscoNodes, node: string): DiscoNode {
  const known = nodes.get(node);
  if (known === undefined) throw new StanzaError("cancel", "item-not-found");
  return known;
}
