/** An alert and a group of alerts, as all formats of alerts parse them, with their severities and labels. */
import { labelsIn, type Fields, type Label } from "./fields.js";

export type Status = "firing" | "resolved";

export interface Link {
  readonly name: string;
  readonly url: string;
}

export interface Alert {
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
  readonly links: readonly Link[];
}

export interface AlertGroup {
  readonly status: Status;
  /** The name of a group whose alerts have none. */
  readonly name: string;
  /** The most urgent alerts, in the order of `byUrgency`. */
  readonly alerts: readonly Alert[];
  /** How many alerts the group has, including those that `alerts` leaves out. */
  readonly firing: number;
  readonly resolved: number;
  /** The labels that all alerts share. */
  readonly labels: Fields;
  /** The links of the whole group. They come before those of the alerts. */
  readonly links: readonly Link[];
}

/** An alert of which nothing is known. */
export const UNKNOWN: Alert = {
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
export function byUrgency(one: Pick<Alert, "status" | "severity">, other: typeof one): number {
  return one.status.localeCompare(other.status) || rankOf(one.severity) - rankOf(other.severity);
}

/** Returns the group of an alert that a product posts by itself. */
export function groupOfOne(known: Partial<Alert>): AlertGroup {
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

export function signOf(severity: string): string {
  return SEVERITIES[rankOf(severity)]?.sign ?? "";
}

/** The labels that are never shown, because they appear elsewhere in the message or are internal to the product. */
const HIDDEN = /^(?:alertname|severity|rulename|datasource_uid|ref_id|uid|__.*)$/;
/** The labels that are shown only if alerts differ in no others. */
const MINOR = /^(?:endpoint|prometheus|service|container|job|grafana_folder)$/;

/** The shortest values that readers recognise in a text. */
const LEAST_SAID = 3;

export function isMajor({ name }: Label): boolean {
  return !HIDDEN.test(name) && !MINOR.test(name);
}

export function isMinor({ name }: Label): boolean {
  return MINOR.test(name);
}

/** Returns the labels that fit into `width` characters, without empty ones. */
export function fitting(labels: Fields, isWanted: (label: Label) => boolean, width: number): Label[] {
  let left = width;
  return labelsIn(labels, isWanted).filter((label) => {
    const { length } = labelText(label);
    const isFitting = label.value !== "" && length <= left;
    if (isFitting) left -= length + 3;
    return isFitting;
  });
}

/** Whether a text tells a label's value. */
export function isSaid({ value }: Label, text: string): boolean {
  return value.length >= LEAST_SAID && text.includes(value);
}

/** Returns a label's value, and its name if the value alone says nothing, such as "true" or "5". */
export function labelText({ name, value }: Label): string {
  const line = value.replace(/\s+/g, " ");
  return /\p{L}{2}/u.test(line) && !/^(?:true|false|yes|no|none|unknown)$/i.test(line)
    ? line
    : `${name}=${line}`;
}
