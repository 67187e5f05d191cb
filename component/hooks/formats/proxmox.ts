/**
 * The format of a Proxmox VE or Backup Server webhook target, whose body is a template: it has the notification's
 * properties under their own names.
 */
import { fieldsOf, isFields, textOf } from "./fields.js";
import { notificationFormat } from "./notification.js";

/** Proxmox' severities. Most notifications are informations and notices, which have no sign. */
const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ["info", ""],
  ["notice", ""],
  ["warning", "warning"],
  ["error", "critical"],
  ["unknown", ""],
]);

export const proxmox = notificationFormat({
  name: "proxmox",
  knownBy: "title, message, severity and fields",
  isRetried: false,
  recognises: ({ json }) =>
    SEVERITIES.has(textOf(json?.value, "severity")) &&
    textOf(json?.value, "title") !== "" &&
    isFields(fieldsOf(json?.value).fields),
  parse: ({ json }) => {
    const host = textOf(json?.value, "fields.hostname");
    const title = textOf(json?.value, "title");
    return {
      title: host === "" || title.includes(host) ? title : `${title} (${host})`,
      text: textOf(json?.value, "message"),
      severity: SEVERITIES.get(textOf(json?.value, "severity")) ?? "",
    };
  },
});
