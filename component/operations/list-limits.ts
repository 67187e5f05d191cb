/** How many items the lists of a call may have: counted before a single one is read. */
import type { LimitsConfig } from "../config.js";
import { Errcode, Refusal } from "../refusal.js";

const ITEMS = {
  batch: "messages in one call",
  recipients: "receivers",
  members: "of them in one call",
} as const;

/** The limit's name in the configuration. */
export type LimitName = keyof typeof ITEMS;

/** A list in a call, and the limit that bounds it. */
export interface ListLimit {
  /** Undefined if the call itself is the list. */
  readonly field?: string;
  readonly limit: LimitName;
}

export function refuseListLength(
  limits: LimitsConfig,
  { field, limit }: ListLimit,
  count: number,
): Refusal | undefined {
  if (count <= limits[limit]) return undefined;
  const where = field === undefined ? "" : `${field}: `;
  const message = `${where}${count} ${ITEMS[limit]}, more than the ${limits[limit]} allowed`;
  return new Refusal(Errcode.request, message);
}
