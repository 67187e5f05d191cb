/**
 * QTalk's attributes travel twice: as they came (Prosody keeps them), and in one child element that every server
 * keeps, because ejabberd drops what it doesn't know from <message> and <body>:
 *
 *   <qtalk xmlns="urn:qtalk:stanza:1">
 *     <message-attributes client_ver="0"/><body-attributes id="…" msgType="1" maType="20"/>
 *   </qtalk>
 *
 * It also has the original text of a body that is sent as another text (./readable), as <body-text>. No name in it is one
 * that clients look for: ejabberd puts it before the <body>, and some clients take the first element of a name.
 */
import { NS, xml, type Element } from "../xml/builder.js";
import { declaresNamespace } from "../xml/names.js";
import { qname } from "../xml/namespaces.js";

/** The mirror's children. */
export const MIRROR = { message: "message-attributes", body: "body-attributes", text: "body-text" } as const;

/** The values that are sent changed. */
export interface Original {
  readonly type: string | undefined;
  /** The body's text. */
  readonly text: string | undefined;
}

/** Attributes of <message> that servers keep: not mirrored. */
const STANDARD: ReadonlySet<string> = new Set(["from", "to", "type", "id", "xml:lang"]);

/** The mirror of a message's attributes; undefined if there is nothing that a server would drop. */
export function mirror(message: Element, original: Original): Element | undefined {
  const body = message.getChild("body");
  const ofMessage = pick(message.attrs, (name) => !STANDARD.has(name));
  if (original.type !== undefined) ofMessage.type = original.type;
  const ofBody = body === undefined ? {} : pick(body.attrs, (name) => name !== "xml:lang");
  const hasMessage = Object.keys(ofMessage).length > 0;
  const hasBody = Object.keys(ofBody).length > 0;
  if (!hasMessage && !hasBody && original.text === undefined) return undefined;
  return xml(
    "qtalk",
    NS.qtalk,
    hasMessage ? xml(MIRROR.message, ofMessage) : undefined,
    hasBody ? xml(MIRROR.body, ofBody) : undefined,
    original.text === undefined ? undefined : xml(MIRROR.text, {}, original.text),
  );
}

/** The wanted attributes; one with a prefix is taken only with its declaration. */
function pick(
  attrs: Readonly<Record<string, string | undefined>>,
  wanted: (name: string) => boolean,
): Record<string, string | undefined> {
  const kept: Record<string, string | undefined> = {};
  for (const name in attrs) {
    if (declaresNamespace(name) || !wanted(name)) continue;
    const { prefix } = qname(name);
    if (prefix !== "" && prefix !== "xml") {
      const declaration = `xmlns:${prefix}`;
      if (attrs[declaration] === undefined) continue;
      kept[declaration] = attrs[declaration];
    }
    kept[name] = attrs[name];
  }
  return kept;
}
