/** The severities of alerts: their order and signs. Products let users name severities as they like. */

/** The known severities in the order of urgency, those of a row alike, and the sign of each row. */
const ROWS: readonly { readonly sign: string; readonly names: readonly string[] }[] = [
  { sign: "🔴", names: ["critical", "page", "disaster", "fatal", "emergency"] },
  { sign: "🔴", names: ["error", "high", "major"] },
  { sign: "🔴", names: [] },
  { sign: "🟠", names: ["warning", "warn", "medium", "average", "minor"] },
  { sign: "🔵", names: ["low", "info", "information", "notice"] },
  { sign: "🔵", names: ["none", "debug", "not classified"] },
];
/** The row of severities that aren't known. */
const UNKNOWN = ROWS.findIndex(({ names }) => names.length === 0);
const RANKS: ReadonlyMap<string, number> = new Map(
  ROWS.flatMap(({ names }, rank) => names.map((name) => [name, rank])),
);

/** The sign of what is over. */
export const RESOLVED = "✅";

/** Returns the place of a severity in the order of urgency; 0 is the most urgent. */
export function rankOf(severity: string): number {
  return RANKS.get(severity.toLowerCase()) ?? UNKNOWN;
}

/** Whether the sign alone tells readers which severity it is. */
export function isKnown(severity: string): boolean {
  return RANKS.has(severity.toLowerCase());
}

export function signOf(severity: string): string {
  return ROWS[rankOf(severity)]?.sign ?? "";
}
