import type { IqHandler } from "../inbound/router.js";
import { NS, xml } from "../xml/builder.js";
import { serviceGet } from "./disco.js";

/** The component as shown to users. */
export interface About {
  readonly name: string;
  readonly version: string;
  /** When the process started, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** Returns the handlers of ping, version (XEP-0092), last activity (XEP-0012), time (XEP-0202) and vCard (XEP-0054). */
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
