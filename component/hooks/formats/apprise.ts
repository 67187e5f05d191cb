/** The format of Apprise's json:// and form://: title, message and the type of the notification, and files in Base64. */
import { listOf, textOf } from "./fields.js";
import type { PostedFile } from "./format.js";
import { notificationFormat } from "./notification.js";

/** Apprise's types, with the severities that have their signs. An information has no sign: most notifications are one. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["info", ""],
  ["success", ""],
  ["warning", "warning"],
  ["failure", "critical"],
]);

export const apprise = notificationFormat({
  name: "apprise",
  knownBy: "version, message and type (info, success, warning or failure)",
  isRetried: false,
  recognises: ({ json }) =>
    ["version", "message"].every((name) => textOf(json?.value, name) !== "") &&
    TYPES.has(textOf(json?.value, "type")),
  // Of form://, the files are parts of the form.
  filesIn: ({ json, files }) => files ?? listOf(json?.value, "attachments").map(attachment),
  parse: ({ json }) => {
    const type = textOf(json?.value, "type");
    return {
      title: textOf(json?.value, "title"),
      text: textOf(json?.value, "message"),
      severity: TYPES.get(type) ?? "",
      isGood: type === "success",
    };
  },
});

/** Returns a file that json:// sends (apprise/plugins/custom_json.py). */
function attachment(value: unknown): PostedFile {
  return {
    name: textOf(value, "filename"),
    type: textOf(value, "mimetype").toLowerCase(),
    bytes: Buffer.from(textOf(value, "base64"), "base64"),
  };
}
