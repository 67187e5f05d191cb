/** Text as it stands: a plain body, or a form's field of that name. */
import { HookFault } from "../fault.js";
import type { Format } from "./format.js";

export const text: Format = {
  name: "text",
  knownBy: "a plain text, or a form's field text",
  isRetried: false,
  recognises: ({ text: given }) => given !== undefined,
  read: ({ text: given }) =>
    given === undefined ? new HookFault("payload", "the post is no text") : { view: { text: given } },
};
