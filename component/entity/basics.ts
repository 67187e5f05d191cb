/** Basic requests: ping (XEP-0199), software version (0092), last activity (0012), time (0202), vcard-temp (0054). */
import type { IqHandler } from "../router.js";
import { NS, xml } from "../xml/builder.js";
import { serviceGet } from "./service-get.js";

export interface About {
  readonly name: string;
  readonly version: string;
  /** The start of the process, in milliseconds since 1970. */
  readonly startedAt: number;
}

export function basics(about: About): IqHandler<"service">[] {
  return [
    serviceGet("ping", NS.ping, () => undefined),
    serviceGet("query", NS.version, () =>
      xml("query", NS.version, xml("name", {}, about.name), xml("version", {}, about.version)),
    ),
    serviceGet("query", NS.last, () => {
      const seconds = Math.floor((Date.now() - about.startedAt) / 1000);
      return xml("query", { xmlns: NS.last, seconds: String(seconds) });
    }),
    serviceGet("vCard", NS.vcard, () => xml("vCard", NS.vcard, xml("FN", {}, about.name))),
    serviceGet("time", NS.time, () =>
      xml("time", NS.time, xml("tzo", {}, "+00:00"), xml("utc", {}, new Date().toISOString())),
    ),
  ];
}
