/** Whether a server sends on to many what it is sent once (XEP-0033), and how many at a time: asked by XEP-0030. */
import { Jid } from "../address.js";
import type { IqRequests } from "../iq-requests.js";
import { NS, xml, type Element } from "../xml/builder.js";

/** A service that sends one stanza on to many. */
export interface MulticastService {
  /** Its address: a domain. */
  readonly jid: string;
  /** The most receivers that one stanza may name. */
  readonly most: { readonly message: number; readonly presence: number };
}

/** What is known of a host: its service, that it has none, or nothing, as somebody who was asked was silent. */
export type Found = MulticastService | "none" | "unknown";

/** No host has more services than this that are worth asking. */
const MOST_ITEMS = 50;
/** What holds where the service publishes nothing: ejabberd's default for all but its own users. */
const UNPUBLISHED = 20;
/** One that takes fewer is of no use. */
const LEAST = 4;

/**
 * Asks a host and its items.
 * @param own the component's domain, which may be among the items
 * @param timeout of each question, in milliseconds
 */
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
  // A service for a whole host is a domain of its own.
  const domains = [...new Set(jids)].filter((jid) => jid !== own && jid !== host && !/[@/]/.test(jid));
  const asked = offers(info) ? [] : domains.slice(0, MOST_ITEMS);
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

/** The value of a field of a form (XEP-0128). */
function valueIn(form: Element, name: string): string | undefined {
  const field = form.getChildren("field").find(({ attrs }) => attrs.var === name);
  return field?.getChildText("value") ?? undefined;
}
