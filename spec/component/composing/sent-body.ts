/** The message that is sent for a body, parsed again. */
import { expect } from "chai";
import { parse } from "yaml";
import { Jid } from "../../../component/addresses/address.js";
import { messagesConfig } from "../../../component/config.js";
import { compose, type Presentation } from "../../../component/composing/message.js";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { blocksIn } from "./blocks.js";
import { read } from "../muc/stanza-lines.js";

export const FROM = Jid.parse("test1@qtalk.test.org")!;
export const TO = Jid.parse("test2@qtalk.test.org")!;
const BASE = "https://im.example.org/";
/** With readable bodies, and a base for relative URLs. */
export const messages = messagesConfig.parse({ file_url: BASE });

export interface Sent {
  readonly msgType?: string;
  readonly extendInfo?: string | undefined;
  readonly presentation?: Presentation;
}

/** Returns the stanza for a body, serialised and parsed. */
export function sent(
  body: string,
  { msgType = "1", extendInfo, presentation = { messages } }: Sent = {},
): Element {
  const message = xml("message", { type: "chat" }, xml("body", { msgType, extendInfo }, body));
  return read(serialise(compose(message, FROM, TO, presentation).stanza));
}
export const urlOf = (stanza: Element): string | undefined =>
  stanza.getChild("x", NS.oob)?.getChildText("url") ?? undefined;
export const original = (stanza: Element): string | undefined =>
  stanza.getChild("qtalk", NS.qtalk)?.getChildText("body-text") ?? undefined;

/**
 * Checks lines such as `5 {FileName: a} = [file] a | BASE/a`: msgType, body (YAML, an object is sent as JSON), `& {…}` for
 * extendInfo, and the text that is sent, with `|` for line ends; `+` is before the description of a file that the body
 * refers to, `same` the unchanged body.
 */
export function reads(lines: string, config: object = { file_url: BASE }): void {
  const jsonOf = (text: string): string => {
    const value: unknown = parse(text);
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  for (const block of blocksIn(lines)) {
    const [, msgType = "", given = "", info, wanted = ""] =
      /^(\d+) (.*?)(?: & (\{.*\}))?\s+= ([^]*)$/.exec(block) ?? [];
    const body = jsonOf(given);
    const extendInfo = info && jsonOf(info);
    const stanza = sent(body, {
      msgType,
      extendInfo,
      presentation: { messages: messagesConfig.parse(config) },
    });
    const text = stanza.getChildText("body") ?? "";
    const url = urlOf(stanza);
    if (url !== undefined) expect(url, block).to.equal(text);
    const description = stanza.getChild("x", NS.oob)?.getChildText("desc") ?? "";
    expect(original(stanza) ?? text, block).to.equal(body);
    const shown =
      text.replaceAll(BASE, "BASE/").replaceAll("\n", " | ") + (url === undefined ? "" : ` + ${description}`);
    expect(shown, block).to.equal(wanted === "same" ? body : wanted);
  }
}
