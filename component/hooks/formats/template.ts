/** Any JSON, worded by a template of the hook's own. */
import { HookFault } from "../fault.js";
import type { Format } from "./format.js";

export const template: Format = {
  name: "template",
  knownBy: "JSON, for a template of the hook's own",
  isRetried: false,
  recognises: ({ json }) => json !== undefined,
  read: ({ json }) => (json === undefined ? new HookFault("payload", "the post is no JSON") : { view: {} }),
};
