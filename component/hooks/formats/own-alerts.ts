/** Alerts of one's own programs: the request says the key, the status and the severity, whatever the format of its body. */
import { HookFault } from "../fault.js";
import { RESOLVED, signOf, type Status } from "./alert.js";
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
  if (key === "" || key.length > WIDTH.key)
    return new HookFault("payload", `alert: the key must have 1 to ${WIDTH.key} characters`);
  const status = statusIn(query?.get(NAMES.status) ?? "firing");
  if (status instanceof HookFault) return status;
  return { key, status, severity: shortened(query?.get(NAMES.severity) ?? "", WIDTH.severity) };
}

/** Returns the report of an alert with this text. */
export function reportOf(alert: OwnAlert, text: string): AlertReport {
  const title = shortened(firstLine(text).replace(/^\p{Extended_Pictographic}\ufe0f?\s*/u, ""), WIDTH.title);
  return { ...alert, title: title === "" ? alert.key : title, labels: {} };
}

/** Returns a text with the sign of its alert in front, as alerts of other programs have it. */
export function withSign(text: string, { status, severity }: OwnAlert): string {
  if (text === "" || SIGNED.test(text)) return text;
  return `${status === "resolved" ? RESOLVED : signOf(severity)}${NO_BREAK}${text}`;
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
