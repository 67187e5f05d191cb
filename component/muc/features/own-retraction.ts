/**
 * Taking back one's own message (XEP-0424): as with a moderator's retraction, a tombstone stands in its place in the
 * archive, and it is gone from the history. The message that says so is passed on to everybody as it is.
 */
import type { FoundMessage } from "../../../storage/rooms-archive.js";
import { xml } from "../../xml/builder.js";
import { retractedIn } from "../archive/retraction.js";
import { placeTombstone } from "../archive/tombstones.js";
import type { RoomScope } from "../context.js";
import { MUC } from "../wire/ns.js";
import type { Feature, SaidMessage } from "./feature.js";

export const ownRetraction: Feature = {
  disco: () => [MUC.retract],
  onMessage: (scope, said) => {
    if (said.keeping.kind === "retraction") retractOwn(scope, said);
  },
};

/** Puts tombstones in the place of what the message takes back, if it is its sender's. */
function retractOwn(scope: RoomScope, { speaker, message }: SaidMessage): void {
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
  placeTombstone(scope, stored, [
    xml("retracted", { xmlns: MUC.retract, id: message.attrs.id, stamp }),
    xml("retracted", { xmlns: MUC.oldRetract, stamp }),
  ]);
}

/** By its stanza-id, as XEP-0424 wants it; some clients name the id that they gave it themselves. */
function find({ context, room }: RoomScope, sender: string, id: string): FoundMessage | undefined {
  const { archive } = context.stores;
  const [, number, mark] = /^(\d{1,16})(e?)$/.exec(id) ?? [];
  const byStanzaId = number === undefined ? undefined : archive.find(room.id, Number(number), mark === "");
  if (byStanzaId === undefined) return archive.sent(room.id, sender, id);
  return byStanzaId.sender === sender ? byStanzaId : undefined;
}
