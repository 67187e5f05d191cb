/** The room options for the archive (XEP-0313, with search by XEP-0431; archive/keeping.ts) and for public logging. */
import type { RoomView } from "../room/room-view.js";
import { MUC } from "../wire/ns.js";
import type { Feature } from "./feature.js";

/** Whether the room's messages are archived. */
export function isArchived({ options }: Pick<RoomView, "options">): boolean {
  return options.archive;
}

/** Warns occupants that everyone can read the messages (XEP-0045 §7.2.12). The archive isn't affected. */
export const logging: Feature = {
  entryCode: ({ options }) => (options.logged ? 170 : undefined),
  coded: { option: "logged", code: ({ logged }) => (logged ? 170 : 171) },
};

export const archiving: Feature = {
  disco: (room) => (isArchived(room) ? [MUC.mam, `${MUC.mam}#extended`, MUC.fulltext] : []),
};
