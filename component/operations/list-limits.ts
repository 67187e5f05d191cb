/** How many items a call's lists may have: counted by whoever reads them first, before a single one is looked at. */
import type { LimitsConfig } from "../config.js";
import { Errcode, Refusal } from "../refusal.js";

/** A list in a call, and the limit that bounds it. */
export interface ListLimit {
  /** Undefined where the call itself is the list. */
  readonly field?: string;
  readonly limit: "batch" | "recipients" | "members";
}

const ITEMS = {
  batch: "messages in one call",
  recipients: "receivers",
  members: "of them in one call",
} as const;

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
