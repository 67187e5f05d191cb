/** Composes messages in users' names: from a caller's <message> (send_thirdmessage), or from text (send_message). */
import { randomUUID } from "node:crypto";
import type { Jid } from "../addresses/address.js";
import type { MessagesConfig } from "../config.js";
import { badRequest, Refusal } from "../refusal.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { parseXml, XmlFault } from "../xml/parse.js";
import { hasForbiddenCharacter } from "../xml/serialise.js";
import { nickFrom } from "../addresses/nick.js";
import { mirror } from "./attribute-mirror.js";
import { readable } from "./readable/readable.js";
import type { Readable } from "./readable/reading.js";

export interface Composed {
  readonly stanza: Element;
  readonly from: Jid;
  readonly to: Jid;
  /** The id by which a repeated call is recognised; undefined if the caller gave none. */
  readonly callerId: string | undefined;
}

/** The message types of RFC 6121 §5.2.2 that may be sent; messages of QTalk's own types are sent as chat. */
const SENDABLE: ReadonlySet<string> = new Set(["chat", "groupchat", "headline", "normal"]);

const MAX_NAME_LENGTH = 64;

/** Parses a caller's <message>. @param maxBytes the maximum size of the text, in bytes */
export function parseMessage(text: string, maxBytes: number): Element | Refusal {
  const size = Buffer.byteLength(text);
  if (size > maxBytes) return badRequest(`message has ${size} bytes, more than the ${maxBytes} allowed`);
  const message = parseXml(text);
  if (message instanceof XmlFault)
    return badRequest(`message is not one well-formed XML element: ${message.reason}`);
  if (message.name !== "message" || message.attrs.xmlns !== undefined) {
    return badRequest(`message must be a <message> element, not <${message.name}>`);
  }
  if (message.attrs.type === "error") return badRequest('message has type "error", which can\'t be sent');
  return message;
}

export interface Presentation {
  /** The sender's name; if undefined, the message contains no name. */
  readonly name?: string | undefined;
  /** How bodies of QTalk's types are made readable; if undefined, bodies are sent unchanged. */
  readonly messages?: MessagesConfig;
}

/** Composes the stanza: sets from, to and ids, and mirrors QTalk's attributes. Changes the given element. */
export function compose(
  message: Element,
  from: Jid,
  to: Jid,
  { name, messages }: Presentation = {},
): Composed {
  const { type, id } = message.attrs;
  const body = message.getChild("body");
  // An empty id of the body is none.
  const callerId = id ?? (body?.attrs.id === "" ? undefined : body?.attrs.id);
  const stanzaId = callerId ?? randomUUID();
  const outside = type !== undefined && !SENDABLE.has(type);
  const { text, file } = body && messages ? makeReadable(body, messages) : UNCHANGED;
  // A caller's own mirror would contradict the component's.
  const children = message.getChildElements().filter((child) => !child.is("qtalk", NS.qtalk));
  const stanza = xml(
    "message",
    message.attrs,
    ...children,
    mirror(message, { type: outside ? type : undefined, text }),
    file === undefined || message.getChild("x", NS.oob) ? undefined : oob(file),
    name === undefined || message.getChild("nick", NS.nick) ? undefined : nickElement(name),
    message.getChild("origin-id", NS.sid) ? undefined : xml("origin-id", { xmlns: NS.sid, id: stanzaId }),
  );
  // The attributes are set one by one, because copying the object takes as long as all the rest.
  const { attrs } = stanza;
  attrs.to = to.text;
  attrs.from = from.text;
  if (outside) attrs.type = "chat";
  attrs.id = stanzaId;
  return { stanza, from, to, callerId };
}

export interface TextMessage {
  readonly type: "chat" | "groupchat" | "headline";
  readonly body: string;
  readonly msgType: string;
  readonly extendInfo: string;
}

/** Makes a message from text, with one id and one time (`now`, in milliseconds since 1970) for all receivers. */
export function composeText(text: TextMessage, now: number): Element | Refusal {
  for (const [field, value] of Object.entries(text)) {
    if (hasForbiddenCharacter(value as string))
      return badRequest(`${field} holds a character that XML forbids`);
  }
  const id = `http${randomUUID().replaceAll("-", "")}${now}`;
  const body = xml("body", { id, msgType: text.msgType, extendInfo: text.extendInfo }, text.body);
  return xml("message", { type: text.type, msec_times: String(now) }, body);
}

const UNCHANGED: { readonly text?: string; readonly file?: Readable["file"] } = {};

/** Makes a body readable. @returns the body's original text if it has changed, and the file that the body refers to */
function makeReadable(body: Element, messages: MessagesConfig): typeof UNCHANGED {
  const shown = readable(body, messages);
  if (shown === undefined) return UNCHANGED;
  const text = body.getText();
  body.children = [shown.body];
  return text === shown.body ? { file: shown.file } : { text, file: shown.file };
}

/** Returns an element with the file's URL, for clients that show files inline (XEP-0066 §3). */
function oob({ url, description }: NonNullable<Readable["file"]>): Element {
  return xml("x", NS.oob, xml("url", {}, url), xml("desc", {}, description));
}

/** Returns the sender's name (XEP-0172 §4.4), without control characters and direction marks; undefined if it is empty. */
export function nickElement(name: string): Element | undefined {
  const nick = nickFrom(name, MAX_NAME_LENGTH);
  return nick && xml("nick", NS.nick, nick.text);
}
