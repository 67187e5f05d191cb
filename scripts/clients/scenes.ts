/** All scenes, in the order in which they are shown. */
import type { Scene } from "./scene.js";
import { directMessage } from "./scenes/direct-message.js";

export const scenes: readonly Scene[] = [directMessage];
