/** Calls by endpoint and errcode, with their durations. */
import { Histogram } from "prom-client";
import type { Metrics } from "../component/metrics.js";

export const CALL_SECONDS = "qtalk_call_seconds";

export class CallMetrics {
  readonly #seconds;

  constructor(metrics: Metrics) {
    this.#seconds = new Histogram({
      name: CALL_SECONDS,
      help: "Calls of the HTTP interface, from request to answer",
      labelNames: ["endpoint", "errcode"] as const,
      buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers: [metrics.registry],
    });
  }

  /** @param seconds from the request's head to the answer */
  count(endpoint: string, errcode: number, seconds: number): void {
    this.#seconds.observe({ endpoint, errcode }, seconds);
  }
}
