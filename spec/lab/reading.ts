/** Reading what clients and components received. */
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { isStreamError } from "../support/raw-component.js";

/** What the elements of both packages can do. */
export interface Readable {
  readonly name: string;
  readonly attrs: Record<string, string | undefined>;
  is(name: string, xmlns?: string): boolean;
  getChild(name: string, xmlns?: string): Readable | undefined;
  getChildElements(): { readonly name: string }[];
  getChildText(name: string): string | null;
}

export const isMessage = (stanza: Readable) => stanza.is("message");
export const isError = (stanza: Readable) => stanza.attrs.type === "error";

/** The bodies of all messages among these, in order. */
export function bodies(stanzas: readonly Readable[]): string[] {
  return stanzas.filter(isMessage).flatMap((stanza) => stanza.getChildText("body") ?? []);
}

/** The defined condition of a stanza error or a stream error. */
export function condition(element: Readable): string | undefined {
  const error = isStreamError(element) ? element : element.getChild("error");
  return error?.getChildElements()[0]?.name;
}

/** All messages in the client's own archive (XEP-0313), oldest first. */
export async function archiveOf(client: Client): Promise<Element[]> {
  const queryid = `archive-${client.received.length}`;
  await client.iq("set", xml("query", { xmlns: "urn:xmpp:mam:2", queryid }));
  return client.received.flatMap((stanza) => {
    const result = stanza.getChild("result", "urn:xmpp:mam:2");
    const message = result?.getChild("forwarded", "urn:xmpp:forward:0")?.getChild("message");
    return result?.attrs.queryid === queryid && message !== undefined ? [message] : [];
  });
}
