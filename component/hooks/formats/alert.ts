/** An alert and a group of alerts, as all formats of alerts parse them. */
import type { Fields } from "./fields.js";
import { rankOf } from "./severities.js";

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
