import { Counter, Histogram } from "prom-client";
import { Errcode, OverRate } from "../component/refusal.js";
import type { Metrics } from "../component/metrics.js";

export const CALL_SECONDS = "qtalk_call_seconds";

export class CallMetrics {
  readonly #seconds;
  readonly #unavailable;

  constructor(metrics: Metrics) {
    this.#seconds = new Histogram({
      name: CALL_SECONDS,
      help: "Duration of calls of the HTTP interface, from request to response",
      labelNames: ["endpoint", "errcode"] as const,
      buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers: [metrics.registry],
    });
    this.#unavailable = new Counter({
      name: "qtalk_calls_unavailable_total",
      help: "Calls refused with errcode 5: over the caller's rate limit (rate), or for reasons of the component (here)",
      labelNames: ["reason"] as const,
      registers: [metrics.registry],
    });
    for (const reason of ["rate", "here"] as const) this.#unavailable.inc({ reason }, 0);
  }

  /**
   * Counts a finished call.
   * @param seconds the time from the request's head to the response
   * @param outcome distinguishes a rate limit (OverRate) from other reasons for errcode 5
   */
  count(endpoint: string, errcode: number, seconds: number, outcome?: unknown): void {
    this.#seconds.observe({ endpoint, errcode }, seconds);
    if (errcode === Errcode.unavailable)
      this.#unavailable.inc({ reason: outcome instanceof OverRate ? "rate" : "here" });
  }
}
