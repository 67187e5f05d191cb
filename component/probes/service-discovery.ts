/** Finds a service of the server by its feature (XEP-0030), and reads the limits that it publishes (XEP-0128). */
import { Jid } from "../addresses/address.js";
import type { IqRequests } from "../inbound/iq-requests.js";
import { NS, xml, type Element } from "../xml/builder.js";

/** A service, and its answer to disco#info. */
export interface DiscoveredService {
  readonly jid: string;
  readonly info: Element;
}

const MAX_ITEMS = 50;

/**
 * Finds a service with a feature among a host and its disco items, except `own`.
 * @param timeout of a request, in ms @returns "unknown" if an entity didn't respond, so that there may be a service
 */
export async function findService(
  requests: Pick<IqRequests, "ask">,
  host: string,
  { own, feature, timeout }: { readonly own: string; readonly feature: string; readonly timeout: number },
): Promise<DiscoveredService | "none" | "unknown"> {
  const silent: string[] = [];
  const ask = async (jid: string, ns: string): Promise<Element | undefined> => {
    const to = Jid.parse(jid);
    if (to === undefined) return undefined;
    const answer = await requests.ask({ type: "get", to, payload: xml("query", ns), timeout });
    if (answer.kind !== "result" && answer.kind !== "error") silent.push(jid);
    return answer.kind === "result" ? answer.payload : undefined;
  };
  const offers = (info: Element | undefined): boolean =>
    info?.getChildren("feature").some(({ attrs }) => attrs.var === feature) === true;
  const [info, items] = await Promise.all([ask(host, NS.discoInfo), ask(host, NS.discoItems)]);
  const jids = (items?.getChildren("item") ?? []).map(({ attrs }) => attrs.jid ?? "");
  // Items whose addresses contain "@" or "/" are rooms and nodes, not services.
  const domains = [...new Set(jids)].filter((jid) => jid !== own && jid !== host && !/[@/]/.test(jid));
  const asked = offers(info) ? [] : domains.slice(0, MAX_ITEMS);
  const infos = await Promise.all(asked.map((jid) => ask(jid, NS.discoInfo)));
  const all = [info, ...infos].map((each, index) => ({ jid: [host, ...asked][index] ?? host, info: each }));
  const found = all.find((each): each is DiscoveredService => offers(each.info));
  return found ?? (silent.length > 0 ? "unknown" : "none");
}

/** Returns a limit that a service publishes in a form with its feature's name; undefined if it publishes none. */
export function limitIn({ info }: DiscoveredService, feature: string, name: string): number | undefined {
  const form = info.getChildren("x", NS.data).find((x) => valueIn(x, "FORM_TYPE") === feature);
  const value = form === undefined ? undefined : valueIn(form, name);
  if (value === "infinite") return Infinity;
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** Returns the value of a field of a form; undefined if the form has no such field. */
function valueIn(form: Element, name: string): string | undefined {
  const field = form.getChildren("field").find(({ attrs }) => attrs.var === name);
  return field?.getChildText("value") ?? undefined;
}
