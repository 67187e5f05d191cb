/** Discovers the server's multicast service (XEP-0033) and its limits, by service discovery (XEP-0030). */
import { Jid } from "../addresses/address.js";
import type { IqRequests } from "../inbound/iq-requests.js";
import { NS, xml, type Element } from "../xml/builder.js";

/** A service that forwards one stanza to many receivers. */
export interface MulticastService {
  readonly jid: string;
  /** How many receivers one stanza may list, by kind of stanza. */
  readonly most: { readonly message: number; readonly presence: number };
}

/** The multicast service of a host; `unknown` if an entity didn't respond, so that there may be a service. */
export type Found = MulticastService | "none" | "unknown";

const MAX_ITEMS = 50;
/** The limit of a service that publishes none: ejabberd's default for remote senders. */
const UNPUBLISHED = 20;
/** The lowest limit that is useful. Services with lower limits aren't used. */
const LEAST = 4;

/** Finds a multicast service among a host and its disco items, except `own`. @param timeout of a request, in ms */
export async function findMulticast(
  requests: Pick<IqRequests, "ask">,
  host: string,
  own: string,
  timeout: number,
): Promise<Found> {
  const silent: string[] = [];
  const ask = async (jid: string, ns: string): Promise<Element | undefined> => {
    const to = Jid.parse(jid);
    if (to === undefined) return undefined;
    const answer = await requests.ask({ type: "get", to, payload: xml("query", ns), timeout });
    if (answer.kind !== "result" && answer.kind !== "error") silent.push(jid);
    return answer.kind === "result" ? answer.payload : undefined;
  };
  const [info, items] = await Promise.all([ask(host, NS.discoInfo), ask(host, NS.discoItems)]);
  const jids = (items?.getChildren("item") ?? []).map(({ attrs }) => attrs.jid ?? "");
  // Items whose addresses contain "@" or "/" are rooms and nodes, not services.
  const domains = [...new Set(jids)].filter((jid) => jid !== own && jid !== host && !/[@/]/.test(jid));
  const asked = offers(info) ? [] : domains.slice(0, MAX_ITEMS);
  const infos = await Promise.all(asked.map((jid) => ask(jid, NS.discoInfo)));
  const found = [info, ...infos].findIndex(offers);
  const service = serviceOf([host, ...asked][found] ?? host, [info, ...infos][found]);
  if (service !== undefined) return service;
  return silent.length > 0 ? "unknown" : "none";
}

function offers(info: Element | undefined): boolean {
  return info?.getChildren("feature").some(({ attrs }) => attrs.var === NS.address) === true;
}

function serviceOf(jid: string, info: Element | undefined): MulticastService | undefined {
  if (info === undefined) return undefined;
  const form = info.getChildren("x", NS.data).find((x) => valueIn(x, "FORM_TYPE") === NS.address);
  const limit = (name: string): number => {
    const value = form === undefined ? undefined : valueIn(form, name);
    if (value === "infinite") return Infinity;
    return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : UNPUBLISHED;
  };
  const most = { message: limit("message"), presence: limit("presence") };
  return Math.min(most.message, most.presence) < LEAST ? undefined : { jid, most };
}

/** Returns the value of a field of a form (XEP-0128); undefined if the form has no such field. */
function valueIn(form: Element, name: string): string | undefined {
  const field = form.getChildren("field").find(({ attrs }) => attrs.var === name);
  return field?.getChildText("value") ?? undefined;
}
