/** The text of a stored message, by which it is found (XEP-0431): its body, in whatever languages it has one. */
import type { TextReader } from "../../../storage/rooms-search.js";
import { parseXml, XmlFault } from "../../xml/parse.js";
import { namespaceOf } from "../wire/payload.js";

/** The part of it that holds the text, as it is written: what isn't there isn't in the text. */
function rawOf(stanza: string): string {
  const start = stanza.indexOf("<body");
  return start < 0 ? "" : stanza.slice(start, stanza.lastIndexOf("</body>"));
}

/** @returns "" for one that has none, or is damaged on the disk */
export function textOf(stanza: string): string {
  if (rawOf(stanza) === "") return "";
  const message = parseXml(stanza);
  if (message instanceof XmlFault) return "";
  const bodies = message.getChildren("body").filter((body) => namespaceOf(body) === "");
  return bodies.map((body) => body.getText()).join("\n");
}

export const storedText: TextReader = { rawOf, textOf };
