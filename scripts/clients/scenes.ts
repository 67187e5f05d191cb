/** All scenes, in the order in which they are shown. */
import type { Scene } from "./scene.js";
import { administration } from "./scenes/administration.js";
import { alert } from "./scenes/alert.js";
import { crash } from "./scenes/crash.js";
import { directMessage } from "./scenes/direct-message.js";
import { invitation } from "./scenes/invitation.js";
import { ownMessage } from "./scenes/own-message.js";
import { offlineInvitation } from "./scenes/offline-invitation.js";
import { pictureAndFile } from "./scenes/picture-and-file.js";
import { removal } from "./scenes/removal.js";

export const scenes: readonly Scene[] = [
  directMessage,
  ownMessage,
  pictureAndFile,
  invitation,
  offlineInvitation,
  removal,
  alert,
  administration,
  crash,
];
