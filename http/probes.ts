import type { ServerResponse } from "node:http";
import type { Metrics } from "../component/metrics.js";

/** Responds with the metrics in Prometheus's text format. */
export async function metricsPage(response: ServerResponse, { registry }: Metrics): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, {
    "Content-Type": registry.contentType,
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Responds with JSON that must not be cached. */
export function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`;
  const headers = { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" };
  response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}
