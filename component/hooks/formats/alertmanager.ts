/** Alertmanager's webhook, version 4 of its payload. */
import { fieldsAt, textAt, urlAt } from "./fields.js";
import { alertGroup } from "./alerts.js";
import type { Format } from "./format.js";

export const alertmanager: Format = {
  name: "alertmanager",
  knownBy: 'version "4", groupKey and alerts',
  isRetried: true,
  recognises: ({ json }) =>
    textAt(json?.value, "version") === "4" &&
    textAt(json?.value, "groupKey") !== "" &&
    Array.isArray(fieldsAt(json?.value).alerts),
  read: ({ json }) => {
    const view = alertGroup(json?.value, {
      links: (alert) => [{ name: "graph", url: urlAt(alert, "generatorURL") }],
      value: () => "",
    });
    return { view, group: { key: textAt(json?.value, "groupKey"), isResolved: view.status === "resolved" } };
  },
};
