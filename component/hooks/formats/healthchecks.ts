/** The format of Healthchecks' webhooks whose body is `$JSON`, the check itself (hc/integrations/webhook/transport.py). */
import { groupOfOne, type Status } from "./alert.js";
import { alertFormat } from "./alert-message.js";
import { textOf } from "./fields.js";
import { durationText, timeIn } from "./times.js";

/** Healthchecks notifies only about these two. */
const STATUSES: ReadonlyMap<string, Status> = new Map([
  ["down", "firing"],
  ["up", "resolved"],
]);

export const healthchecks = alertFormat({
  name: "healthchecks",
  knownBy: "name, status, grace and n_pings",
  isRetried: true,
  recognises: ({ json }) =>
    ["name", "status", "grace", "n_pings"].every((name) => textOf(json?.value, name) !== ""),
  parse: (value) => {
    const name = textOf(value, "name");
    const lastPing = timeIn(textOf(value, "last_ping"));
    const summary =
      lastPing === undefined ? "no ping so far" : `last ping ${durationText(Date.now() - lastPing)} ago`;
    const status = STATUSES.get(textOf(value, "status")) ?? "firing";
    const group = groupOfOne({
      status,
      name: status === "firing" ? `${name} is down` : name,
      summary: status === "firing" ? summary : "",
      description: textOf(value, "desc"),
    });
    return { group, key: textOf(value, "uuid", "unique_key") || name };
  },
});
