/** Reading the text of stored messages. */
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import { storedStanza } from "../../xml/stored.js";
import { asStored, type StanzaFault, type WireText } from "../../xml/wire-text.js";
import type { RoomContext } from "../context.js";

/** A message's text; checked where another process wrote it. @returns a fault as a value */
export function readStored(
  { stanzaIds, stanzaBytes }: Pick<RoomContext, "stanzaIds" | "stanzaBytes">,
  { id, stanza }: Pick<StoredMessage, "id" | "stanza">,
): WireText | StanzaFault {
  return stanzaIds.isOurs(id) ? asStored(stanza) : storedStanza(stanza, stanzaBytes);
}
