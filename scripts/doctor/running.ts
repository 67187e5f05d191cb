/** Whether the component runs already, and what it tells of itself: a second connection would disturb it. */
import type { HttpConfig } from "../../http/config.js";
import { doubtful, fine, wrong, type Finding } from "./finding.js";

const WAIT_MS = 2_000;

/** What a running component says of its link; undefined where none runs at http.listen. */
export async function askRunning({ listen }: Pick<HttpConfig, "listen">): Promise<Finding[] | undefined> {
  const host = { "0.0.0.0": "127.0.0.1", "::": "::1" }[listen.host] ?? listen.host;
  const base = `http://${host.includes(":") ? `[${host}]` : host}:${listen.port}`;
  const readiness = await jsonOf(`${base}/readyz`);
  if (typeof readiness !== "object" || readiness === null || !("ready" in readiness)) return undefined;
  if (readiness.ready !== true) {
    const reason = "reason" in readiness ? String(readiness.reason) : "unknown";
    return [wrong(`the component runs at ${listen.text}, but its link isn't up: ${reason}`, {})];
  }
  const findings = [fine(`the component runs at ${listen.text}, and its link to the server is up`)];
  const metrics = await textOf(`${base}/metrics`);
  const [count, sum] = ["count", "sum"].map((end) => valueOf(metrics, `qtalk_barrier_seconds_${end}`));
  if (count !== undefined && sum !== undefined && count > 0) {
    findings.push(
      fine(`its barrier takes ${((1000 * sum) / count).toFixed(1)} ms through the server on average`),
    );
  }
  const services = valueOf(metrics, "qtalk_multicast_services");
  if (services !== undefined) {
    findings.push(
      fine(
        services > 0
          ? "its rooms tell many receivers at once through the server's multicast service"
          : "its rooms tell each receiver by a stanza of their own",
      ),
    );
  }
  const letters = valueOf(metrics, "qtalk_outbox_dead_letters_total") ?? 0;
  if (letters > 0) {
    const advice = "See them with: qtalk-component outbox list";
    findings.push(
      doubtful(`the server closed the stream over ${letters} stanzas since the start`, {}, advice),
    );
  }
  return findings;
}

async function jsonOf(url: string): Promise<unknown> {
  try {
    return JSON.parse(await textOf(url)) as unknown;
  } catch {
    return undefined;
  }
}

/** "" where nobody answers. */
async function textOf(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(WAIT_MS) });
    return await response.text();
  } catch {
    return "";
  }
}

function valueOf(metrics: string, name: string): number | undefined {
  const line = metrics.split("\n").find((text) => text.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}
