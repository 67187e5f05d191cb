/** Whether what is said is kept in the room's archive (XEP-0313), where it can be searched (XEP-0431). What of it is: archive/keeping.ts. */
import type { RoomView } from "../room/room-view.js";
import { MUC } from "../wire/ns.js";
import type { Feature } from "./feature.js";
import { booleanField } from "./fields.js";

export function isArchived({ options }: Pick<RoomView, "options">): boolean {
  return options.archive;
}

export const archiving: Feature = {
  fields: () => [
    booleanField("archive", "muc#roomconfig_enablearchiving", "What is said is kept in the archive", [
      "muc#roomconfig_mam",
      "mam",
    ]),
  ],
  disco: (room) => (isArchived(room) ? [MUC.mam, `${MUC.mam}#extended`, MUC.fulltext] : []),
};
