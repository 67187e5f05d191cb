/** An alert and a group of alerts, as all formats of alerts parse them, with their severities and labels. */
import type { Fields } from "./fields.js";

export type Status = "firing" | "resolved";

export interface AlertLink {
  readonly name: string;
  readonly url: string;
  /** Whether the URL is a query that no person reads. Such a link is shown only if there are short links. */
  readonly isQuery?: boolean;
}

export interface PostedAlert {
  readonly status: Status;
  readonly name: string;
  /** "" if unknown. */
  readonly severity: string;
  readonly labels: Fields;
  readonly summary: string;
  readonly description: string;
  /** The measured value as text; "" if unknown. */
  readonly value: string;
  /** The start of the alert, in milliseconds since 1970; undefined if unknown. */
  readonly startsAt: number | undefined;
  /** The end of the alert, in milliseconds since 1970; undefined if unknown or still firing. */
  readonly endsAt: number | undefined;
  /** The links of the alert, the most useful first. */
  readonly links: readonly AlertLink[];
}

export interface AlertGroup {
  readonly status: Status;
  /** The name of a group whose alerts have none. */
  readonly name: string;
  /** The most urgent alerts, in the order of `byUrgency`. */
  readonly alerts: readonly PostedAlert[];
  /** How many alerts the group has, including those that `alerts` leaves out. */
  readonly firing: number;
  readonly resolved: number;
  /** The labels that all alerts share. */
  readonly labels: Fields;
  /** The links of the whole group. They come before those of the alerts. */
  readonly links: readonly AlertLink[];
  /** The message's first line without the sign, if the format words it itself. */
  readonly sentence?: string;
}

/** An alert of which nothing is known. */
export const UNKNOWN: PostedAlert = {
  status: "firing",
  name: "",
  severity: "",
  labels: {},
  summary: "",
  description: "",
  value: "",
  startsAt: undefined,
  endsAt: undefined,
  links: [],
};

/** Compares alerts: firing ones come first, then the more severe ones. */
export function byUrgency(one: Pick<PostedAlert, "status" | "severity">, other: typeof one): number {
  return one.status.localeCompare(other.status) || rankOf(one.severity) - rankOf(other.severity);
}

/** Returns the group of an alert that a product posts by itself. */
export function groupOfOne(known: Partial<PostedAlert>): AlertGroup {
  const alert = { ...UNKNOWN, ...known };
  const { status, name, labels } = alert;
  const firing = status === "firing" ? 1 : 0;
  return { status, name, alerts: [alert], firing, resolved: 1 - firing, labels, links: [] };
}

/** The known severities, the most urgent first; those of a row are alike. Users may have others. */
const SEVERITIES: readonly { readonly sign: string; readonly names: readonly string[] }[] = [
  { sign: "🔴", names: ["critical", "page", "disaster", "fatal", "emergency"] },
  { sign: "🔴", names: ["error", "high", "major"] },
  { sign: "🔴", names: [] },
  { sign: "🟠", names: ["warning", "warn", "medium", "average", "minor"] },
  { sign: "🔵", names: ["low", "info", "information", "notice"] },
  { sign: "🔵", names: ["none", "debug", "not classified"] },
];
/** The row of severities that aren't known. */
const UNKNOWN_RANK = SEVERITIES.findIndex(({ names }) => names.length === 0);
const RANKS: ReadonlyMap<string, number> = new Map(
  SEVERITIES.flatMap(({ names }, rank) => names.map((name) => [name, rank])),
);

/** The sign of what is over. */
export const RESOLVED = "✅";

/** Returns the place of a severity in the order of urgency; 0 is the most urgent. */
export function rankOf(severity: string): number {
  return RANKS.get(severity.toLowerCase()) ?? UNKNOWN_RANK;
}

/** Whether the sign alone tells readers which severity it is. */
export function isKnown(severity: string): boolean {
  return RANKS.has(severity.toLowerCase());
}

export function severitySign(severity: string): string {
  return SEVERITIES[rankOf(severity)]?.sign ?? "";
}

/** The signs with which programs begin texts that say by themselves how bad it is. */
export const OWN_SIGN = /^(?:🔴|🟠|🟡|🔵|🟢|❌|✅|⚠|🚨|🔥)/u;

/** Signs of states anywhere in a line: beside them, a sign in front would say the same twice, or the opposite. */
const STATE = /🔴|🟠|🟡|🟢|❌|✅|⚠|🚨|🔥|💀|🛑|⛔|🆘|❗|‼|☠|💥|✔|☑/u;

/** Whether a line says by itself how bad or well something is. */
export function hasState(line: string): boolean {
  return STATE.test(line);
}

/** Returns a text with a sign in front, if it has none. @param sign "" for none */
export function signed(sign: string, text: string): string {
  return OWN_SIGN.test(text) ? text : `${sign} ${text}`.trim();
}

/** Returns the text of an alert that is over: with the sign of that instead of the one in front. */
export function asResolved(text: string): string {
  return `${RESOLVED} ${text.replace(OWN_SIGN, "").replace(/^\ufe0f?\s*/u, "")}`;
}

/** Whether an alert with this severity isn't counted: products post alerts that always fire, such as Watchdog. */
export function isUncounted(severity: string): boolean {
  return severity.toLowerCase() === "none";
}
