/**
 * Retraction of one's own message (XEP-0424): a tombstone replaces the message in the archive and in the history for
 * newcomers. Occupants get the retraction unchanged, like any message.
 */
import type { FoundMessage } from "../../../storage/rooms-archive.js";
import { xml } from "../../xml/builder.js";
import { retractedIn, placeTombstone } from "../archive/retraction.js";
import { parseStanzaId } from "../room/stable-ids.js";
import type { RoomScope } from "../context.js";
import { MUC } from "../wire/ns.js";
import type { Feature, SentMessage } from "./feature.js";

export const ownRetraction: Feature = {
  disco: () => [MUC.retract],
  onMessage: (scope, said) => {
    if (said.keeping.kind === "retraction") retractOwn(scope, said);
  },
};

/** If `message` retracts a message of the same sender, a tombstone replaces the retracted message. */
function retractOwn(scope: RoomScope, { speaker, message }: SentMessage): void {
  const { context, transaction, room } = scope;
  const id = message
    .getChildElements()
    .map(retractedIn)
    .find((found) => found !== undefined);
  if (id === undefined) return;
  context.rooms.settle(room);
  const stored = find(scope, speaker.account.text, id);
  if (stored === undefined || stored.retracted) return;
  const stamp = new Date(transaction.at).toISOString();
  placeTombstone(scope, stored, xml("retracted", { xmlns: MUC.retract, id: message.attrs.id, stamp }));
}

/** Finds a sender's message by stanza-id (XEP-0424) or by the client's id, which some clients refer to. */
function find({ context, room }: RoomScope, sender: string, id: string): FoundMessage | undefined {
  const { archive } = context.stores;
  const stanzaId = parseStanzaId(id);
  const byStanzaId = stanzaId && archive.find(room.id, stanzaId.number, stanzaId.kept);
  if (byStanzaId === undefined) return archive.sent(room.id, sender, id);
  return byStanzaId.sender === sender ? byStanzaId : undefined;
}
