/** The message that is sent for a body, parsed again. */
import { Jid } from "../../../component/addresses/address.js";
import { messagesConfig } from "../../../component/config.js";
import { compose, type Presentation } from "../../../component/composing/message.js";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import { parseXml } from "../../../component/xml/parse.js";
import { serialise } from "../../../component/xml/serialise.js";

const FROM = Jid.parse("test1@qtalk.test.org")!;
const TO = Jid.parse("test2@qtalk.test.org")!;
export const BASE = "https://im.example.org/";
/** With readable bodies, and a base for relative URLs. */
export const messages = messagesConfig.parse({ file_url: BASE });

export interface Sent {
  readonly msgType?: string;
  readonly extendInfo?: string;
  readonly presentation?: Presentation;
}

/** Returns the stanza for a body, serialised and parsed. */
export function sent(
  body: string | object,
  { msgType = "1", extendInfo, presentation = { messages } }: Sent = {},
): Element {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const message = xml("message", { type: "chat" }, xml("body", { msgType, extendInfo }, text));
  const stanza = parseXml(serialise(compose(message, FROM, TO, presentation).stanza));
  if (!("name" in stanza)) throw new Error(stanza.reason);
  return stanza;
}
export const shown = (body: string | object, how?: Sent): string =>
  sent(body, how).getChildText("body") ?? "";
export const urlOf = (stanza: Element): string | undefined =>
  stanza.getChild("x", NS.oob)?.getChildText("url") ?? undefined;
export const original = (stanza: Element): string | undefined =>
  stanza.getChild("qtalk", NS.qtalk)?.getChildText("body-text") ?? undefined;
