/** What an accepted call is told of its stanzas. */
export interface DeliveryStatus {
  /** `confirmed`: the server has routed it; `queued`: it is safe on disk and will be sent. */
  readonly delivery: "confirmed" | "queued";
}

export const CONFIRMED: DeliveryStatus = { delivery: "confirmed" };
export const QUEUED: DeliveryStatus = { delivery: "queued" };
