/** All scenes, in the order in which they are shown. */
import type { Scene } from "./scene.js";
import { crash } from "./scenes/crash.js";
import { directMessage } from "./scenes/direct-message.js";
import { invitation } from "./scenes/invitation.js";
import { offlineInvitation } from "./scenes/offline-invitation.js";
import { removal } from "./scenes/removal.js";

export const scenes: readonly Scene[] = [directMessage, invitation, offlineInvitation, removal, crash];
