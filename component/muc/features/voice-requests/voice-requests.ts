/** Asking for voice in a moderated room (XEP-0045 §7.13); requests.ts handles it. */
import { MUC } from "../../wire/ns.js";
import type { Feature } from "../feature.js";

export const voiceRequests: Feature = { disco: () => [MUC.request] };
