import type { Listen } from "../http/listen.js";
import { ownProperty } from "../component/own-property.js";

const WAIT_MS = 2_000;

/** Returns the URL at which this machine reaches the component, such as http://127.0.0.1:10050. */
export function ownUrl({ host: listened, port }: Listen): string {
  const host = ownProperty({ "0.0.0.0": "127.0.0.1", "::": "::1" }, listened) ?? listened;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Returns the body of the response to a GET request; "" if there is no response. */
export async function textOf(url: string): Promise<string> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(WAIT_MS) })).text();
  } catch {
    return "";
  }
}

/** Returns what /readyz of the component at http.listen says; undefined if no component answers there. */
export async function readinessAt(
  listen: Listen,
): Promise<{ readonly ready: unknown; readonly reason?: unknown } | undefined> {
  try {
    const value: unknown = JSON.parse(await textOf(`${ownUrl(listen)}/readyz`));
    return typeof value === "object" && value !== null && "ready" in value ? value : undefined;
  } catch {
    return undefined;
  }
}
