/** Whether what is said is kept in the room's archive (XEP-0313), where it can be searched (XEP-0431). What of it is: archive/keeping.ts. */
import type { RoomView } from "../room/room-view.js";
import { MUC } from "../wire/ns.js";
import type { Feature } from "./feature.js";

export function isArchived({ options }: Pick<RoomView, "options">): boolean {
  return options.archive;
}

export const archiving: Feature = {
  disco: (room) => (isArchived(room) ? [MUC.mam, `${MUC.mam}#extended`, MUC.fulltext] : []),
};
