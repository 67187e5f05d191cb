/** Registering with a room (XEP-0045 §7.10); requests.ts handles it. */
import { MUC } from "../../wire/ns.js";
import type { Feature } from "../feature.js";

export const registration: Feature = { disco: () => [MUC.register] };
