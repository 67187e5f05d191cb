/** What the service says of itself, and the list of its rooms (XEP-0045 §6.2–6.3). */
import { Jid } from "../../address.js";
import type { Inbound } from "../../router.js";
import { StanzaError } from "../../stanza-error.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import type { RoomContext } from "../context.js";
import { nameIn } from "../features/description.js";
import { readOptions } from "../room/options.js";
import { roomJid } from "../rooms.js";
import { fitting } from "../wire/lists.js";
import { MUC } from "../wire/ns.js";
import { pageElement, readPage } from "../wire/result-set.js";

/** What the service declares besides what its handlers do. */
export const SERVICE_FEATURES: readonly string[] = [MUC.muc, MUC.stableId, MUC.occupantId];

const PAGE = 1000;

/** The public rooms, by name; a page of them where the asker wants pages, or where there are many. */
export function listRooms(context: RoomContext, { payload }: Inbound<"service">): Element {
  const page = readPage(payload);
  if (page === undefined) throw new StanzaError("modify", "bad-request");
  if (page.before !== undefined) throw new StanzaError("cancel", "feature-not-implemented");
  const { stores, config } = context;
  const size = Math.min(page.max ?? PAGE, PAGE);
  const after = page.after === undefined ? "" : (Jid.parse(page.after)?.local ?? "");
  const rooms = size === 0 ? [] : stores.rooms.listedAfter(after, size);
  const entries = rooms.flatMap(({ name, options }) => {
    const jid = roomJid(name, context.domain);
    const shown = nameIn(readOptions(options, config));
    if (jid === undefined) return [];
    return [{ id: jid.text, item: xml("item", { jid: jid.text, name: shown === "" ? name : shown }) }];
  });
  const items = fitting(entries, context.stanzaBytes);
  const count = stores.rooms.countListed();
  const isPart = payload.getChild("set", MUC.rsm) !== undefined || count > items.length;
  return xml(
    "query",
    NS.discoItems,
    ...items,
    isPart
      ? pageElement(
          entries.slice(0, items.length).map(({ id }) => id),
          count,
        )
      : undefined,
  );
}
