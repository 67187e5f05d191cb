/** The format of Alertmanager's webhook, version 4 of its payload. */
import { isMajor } from "./alert.js";
import { readGroup } from "./alert-payload.js";
import { alertFormat } from "./alert-message.js";
import { fieldsOf, labelsIn, textOf, urlOf } from "./fields.js";

export const alertmanager = alertFormat({
  name: "alertmanager",
  knownBy: 'version "4", groupKey and alerts',
  isRetried: true,
  recognises: ({ json }) =>
    textOf(json?.value, "version") === "4" &&
    textOf(json?.value, "groupKey") !== "" &&
    Array.isArray(fieldsOf(json?.value).alerts),
  parse: (value) => {
    const group = readGroup(value, (alert) => ({
      value: "",
      links: [
        { name: "runbook", url: urlOf(alert, "annotations.runbook_url") },
        { name: "graph", url: urlOf(alert, "generatorURL") },
      ],
    }));
    const links = [{ name: "silence", url: silenceUrl(value) }];
    return { group: { ...group, links }, key: textOf(value, "groupKey") };
  },
});

/** Returns the URL of Alertmanager's form for a silence, with the group's name and shared major labels; "" without these. */
function silenceUrl(value: unknown): string {
  const site = urlOf(value, "externalURL").replace(/\/$/, "");
  const labels = labelsIn(
    fieldsOf(value, "commonLabels"),
    (label) => label.name === "alertname" || isMajor(label),
  );
  if (site === "" || labels.length === 0) return "";
  const matchers = labels.map((label) => encodeURIComponent(`${label.name}=${JSON.stringify(label.value)}`));
  return `${site}/#/silences/new?filter=%7B${matchers.join(",")}%7D`;
}
