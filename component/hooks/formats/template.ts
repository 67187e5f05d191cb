/** The format for any JSON: the hook's own template renders it. */
import { HookFault } from "../fault.js";
import type { Format } from "./format.js";

export const template: Format = {
  name: "template",
  knownBy: "JSON for the hook's own template",
  isRetried: false,
  recognises: ({ json }) => json !== undefined,
  read: ({ json }) => (json === undefined ? new HookFault("payload", "the post is no JSON") : { view: {} }),
  needsTemplate: true,
  template: "Backup of {{ payload.host }}: {{ payload.seconds }} s\n",
};
