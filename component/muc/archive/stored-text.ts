/** The text of a stored message, by which it is found (XEP-0431): its body, in whatever languages it has one. */
import { parseXml, XmlFault } from "../../xml/parse.js";
import { namespaceOf } from "../wire/payload.js";

/** @returns "" for one that has none, or can't be read, perhaps as another version wrote it */
export function textOf(stanza: string): string {
  if (!stanza.includes("<body")) return "";
  const message = parseXml(stanza);
  if (message instanceof XmlFault) return "";
  const bodies = message.getChildren("body").filter((body) => namespaceOf(body) === "");
  return bodies.map((body) => body.getText()).join("\n");
}
