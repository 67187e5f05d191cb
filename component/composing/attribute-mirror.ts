/**
 * Mirrors QTalk's attributes of <message> and <body> in a child element, because ejabberd drops unknown attributes;
 * and the original as <body-text> if the body was replaced by a readable text. No client looks for the mirror's
 * names: ejabberd moves it before the <body>, and some clients take the first element with a known name.
 *
 *   <qtalk xmlns="urn:qtalk:stanza:1">
 *     <message-attributes client_ver="0"/><body-attributes id="…" msgType="1" maType="20"/>
 *   </qtalk>
 */
import { NS, xml, type Element } from "../xml/builder.js";
import { declaresNamespace, prefixOf } from "../xml/names.js";
import { ownProperty } from "../own-property.js";

export const MIRROR = { message: "message-attributes", body: "body-attributes", text: "body-text" } as const;

/** The original content of a changed message. Undefined fields weren't changed. */
export interface Original {
  readonly type: string | undefined;
  readonly text: string | undefined;
}

/** The attributes of <message> that all servers keep, so they aren't mirrored. */
const STANDARD: ReadonlySet<string> = new Set(["from", "to", "type", "id", "xml:lang"]);

/** Returns a message's mirror; undefined if nothing was changed and servers drop nothing. */
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

/** Returns the attributes that `wanted` accepts, except those with a prefix that the element doesn't declare. */
function pick(
  attrs: Readonly<Record<string, string | undefined>>,
  wanted: (name: string) => boolean,
): Record<string, string | undefined> {
  const kept = new Map<string, string | undefined>();
  for (const name in attrs) {
    if (declaresNamespace(name) || !wanted(name)) continue;
    const prefix = prefixOf(name) ?? "";
    if (prefix !== "" && prefix !== "xml") {
      const declaration = `xmlns:${prefix}`;
      const namespace = ownProperty(attrs, declaration);
      if (namespace === undefined) continue;
      kept.set(declaration, namespace);
    }
    kept.set(name, attrs[name]);
  }
  return Object.fromEntries(kept);
}
