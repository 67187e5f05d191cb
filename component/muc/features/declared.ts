/**
 * Features of which only what disco#info says is here. Their work is done by handlers, which depend on the table of
 * features: registration.ts, voice-requests.ts and vcard.ts; occupancy/leaving.ts deletes temporary rooms, room/room.ts
 * lists public ones, archive/ has the archive, room/hats.ts has hats.
 */
import { NS } from "../../xml/builder.js";
import { MUC } from "../wire/ns.js";
import type { Feature } from "./feature.js";

export const persistence: Feature = {
  disco: ({ options }) => [options.persistent ? "muc_persistent" : "muc_temporary"],
};

export const publicList: Feature = {
  disco: ({ options }) => [options.public ? "muc_public" : "muc_hidden"],
};

export const archiving: Feature = {
  disco: ({ options }) => (options.archive ? [MUC.mam, `${MUC.mam}#extended`, MUC.fulltext] : []),
};

export const registration: Feature = { disco: () => [MUC.register] };

export const voiceRequests: Feature = { disco: () => [MUC.request] };

export const vcard: Feature = {
  disco: () => [NS.vcard],
  info: ({ pictures }) =>
    pictures.length === 0
      ? []
      : [{ name: "muc#roominfo_avatarhash", type: "text-multi", label: "Avatar hash", values: pictures }],
};

export const hats: Feature = { disco: (room) => (room.hasHats ? [MUC.hats] : []) };

/** Warns occupants that everyone can read the messages (XEP-0045 §7.2.12). The archive isn't affected. */
export const logging: Feature = {
  entryCode: ({ options }) => (options.logged ? 170 : undefined),
  coded: { option: "logged", code: ({ logged }) => (logged ? 170 : 171) },
};
