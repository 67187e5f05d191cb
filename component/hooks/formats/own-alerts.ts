/** Alerts of one's own programs: the request says the key, the status and the severity, whatever the format of its body. */
import { HookFault } from "../fault.js";
import { RESOLVED, severitySign, type Status } from "./alert.js";
import { NO_BREAK } from "./alert-heading.js";
import { headerIn, type AlertReport, type Payload } from "./format.js";
import { shortened } from "./shortening.js";

/** The header with an alert's key, and the parameters of the query with the key, the status and the severity. */
const NAMES = { header: "x-alert-key", key: "alert", status: "status", severity: "severity" } as const;
/** How long a key, a severity and a title may be, in characters. */
const WIDTH = { key: 256, severity: 20, title: 120 };
/** A text that begins with a sign of its own gets no other. */
const SIGNED = /^\p{Extended_Pictographic}/u;

/** What a request says about its alert. */
export type OwnAlert = Pick<AlertReport, "key" | "status" | "severity">;

/**
 * Returns what a request says about its alert; undefined if it names none. The query's key comes before the header's.
 * Without a status, the alert is firing.
 */
export function ownAlertIn({ headers, query }: Payload): OwnAlert | HookFault | undefined {
  const key = query?.get(NAMES.key) ?? headerIn(headers, [NAMES.header]);
  if (key === undefined) return undefined;
  const [status, severity] = [query?.get(NAMES.status), query?.get(NAMES.severity)];
  return alertWith(NAMES.key, key, { status: status ?? undefined, severity: severity ?? undefined });
}

/** The variables with which a hook's own template says which alert its post is about. */
export const ASSIGNED = ["group", "status", "severity"] as const;

/** Returns what a template has said about its alert; undefined if it has assigned no `group`, or an empty one. */
export function assignedAlert(assigned: ReadonlyMap<string, string>): OwnAlert | HookFault | undefined {
  const [group = "", status, severity] = ASSIGNED.map((name) => assigned.get(name));
  return group === "" ? undefined : alertWith("group", group, { status, severity });
}

function alertWith(
  name: string,
  key: string,
  {
    status = "firing",
    severity = "",
  }: { readonly status: string | undefined; readonly severity: string | undefined },
): OwnAlert | HookFault {
  if (key === "" || key.length > WIDTH.key)
    return new HookFault("payload", `${name}: the key must have 1 to ${WIDTH.key} characters`);
  const known = statusIn(status);
  if (known instanceof HookFault) return known;
  return { key, status: known, severity: shortened(severity, WIDTH.severity) };
}

/** Returns the report of an alert with this text. */
export function reportOf(alert: OwnAlert, text: string): AlertReport {
  const title = shortened(firstLine(text).replace(/^\p{Extended_Pictographic}\ufe0f?\s*/u, ""), WIDTH.title);
  return { ...alert, title: title === "" ? alert.key : title, labels: {} };
}

/** Returns a text with the sign of its alert in front, as alerts of other programs have it. */
export function withSign(text: string, { status, severity }: OwnAlert): string {
  if (text === "" || SIGNED.test(text)) return text;
  return `${status === "resolved" ? RESOLVED : severitySign(severity)}${NO_BREAK}${text}`;
}

function statusIn(text: string): Status | HookFault {
  if (text === "firing" || text === "resolved") return text;
  const given = JSON.stringify(shortened(text, 40));
  return new HookFault("payload", `status: ${given} is neither firing nor resolved`);
}

function firstLine(text: string): string {
  const [first = ""] = text.split("\n", 1);
  return first;
}
