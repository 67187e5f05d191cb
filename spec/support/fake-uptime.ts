/** A fake server's response to a request for its uptime (XEP-0012). */
import { NS, xml, type Element } from "../../component/xml/builder.js";

export type UptimeAnswer = "seconds" | "error" | "nonsense";

export interface UptimeSource {
  /** The component's domain. */
  readonly domain: string;
  /** The start of the server, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly uptimeAnswer: UptimeAnswer;
}

export function uptimeOf({ domain, startedAt, uptimeAnswer }: UptimeSource, id: string): Element {
  const head = { from: "h", to: domain, id };
  if (uptimeAnswer === "error") return xml("iq", { ...head, type: "error" });
  const uptime = Math.floor((Date.now() - startedAt) / 1000);
  const seconds = uptimeAnswer === "seconds" ? String(uptime) : "-1e9";
  return xml("iq", { ...head, type: "result" }, xml("query", { xmlns: NS.last, seconds }));
}
