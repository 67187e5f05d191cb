/** The format of Apprise's json:// and form://: title, message and the type of the notification, and files in Base64. */
import { textOf } from "./fields.js";
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
