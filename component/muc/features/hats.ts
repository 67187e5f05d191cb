/** Rooms tell with each presence which hats its sender wears (room/hats.ts). */
import { MUC } from "../wire/ns.js";
import type { Feature } from "./feature.js";

export const hats: Feature = { disco: (room) => (room.hasHats ? [MUC.hats] : []) };
