/** The format of a custom alert of Gatus, whose body is a template: it has Gatus' placeholders under their own names. */
import { groupOfOne } from "./alert.js";
import { alertFormat } from "./alert-message.js";
import { textOf, urlOf } from "./fields.js";

export const gatus = alertFormat({
  name: "gatus",
  knownBy: "endpoint_name and alert_triggered_or_resolved",
  isRetried: false,
  recognises: ({ json }) =>
    /^(?:TRIGGERED|RESOLVED)$/.test(textOf(json?.value, "alert_triggered_or_resolved")) &&
    textOf(json?.value, "endpoint_name") !== "",
  parse: (value) => {
    const [name, place] = [textOf(value, "endpoint_name"), textOf(value, "endpoint_group")];
    const isOver = textOf(value, "alert_triggered_or_resolved") === "RESOLVED";
    const group = groupOfOne({
      status: isOver ? "resolved" : "firing",
      name: isOver ? name : `${name} is down`,
      labels: place === "" ? {} : { group: place },
      summary: textOf(value, "result_errors"),
      description: textOf(value, "alert_description"),
      links: [{ name: "endpoint", url: urlOf(value, "endpoint_url") }],
    });
    return { group, key: `${place} ${name}` };
  },
});
