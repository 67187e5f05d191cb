/**
 * The format of a Proxmox VE or Backup Server webhook target, whose body is a template: it has the notification's
 * properties under their own names.
 */
import { fieldsOf, isFields, textOf, type Fields } from "./fields.js";
import { notificationFormat, type PostedNotification } from "./notification.js";

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
      alert: alertIn(fieldsOf(json?.value, "fields"), textOf(json?.value, "severity")),
    };
  },
});

/** Returns the alert of a job that runs again and again: a backup, or the garbage collection of a datastore. */
function alertIn(fields: Fields, severity: string): PostedNotification["alert"] {
  // The names have hyphens, so they are no paths.
  const [host, type, job] = [
    textOf(fields, "hostname"),
    textOf(fields, "type"),
    textOf(fields, "job-id", "datastore"),
  ];
  if (type === "" || job === "") return undefined;
  const isOver = severity === "info" || severity === "notice";
  return { key: `${host} ${type} ${job}`, status: isOver ? "resolved" : "firing" };
}
