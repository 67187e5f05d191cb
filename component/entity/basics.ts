/** What every entity answers: ping (XEP-0199), software version (0092), last activity (0012), time (0202), vcard-temp (0054). */
import type { IqHandler } from "../router.js";
import { NS, xml } from "../xml/builder.js";

export interface About {
  readonly name: string;
  readonly version: string;
  /** When the process started, in milliseconds since 1970. */
  readonly startedAt: number;
}

export function basics(about: About): IqHandler<"service">[] {
  const get = (name: string, ns: string, handle: IqHandler<"service">["handle"]): IqHandler<"service"> => ({
    stanza: "iq",
    type: "get",
    target: "service",
    name,
    ns,
    feature: ns,
    handle,
  });
  return [
    get("ping", NS.ping, () => undefined),
    get("query", NS.version, () =>
      xml("query", NS.version, xml("name", {}, about.name), xml("version", {}, about.version)),
    ),
    get("query", NS.last, () => {
      const seconds = Math.floor((Date.now() - about.startedAt) / 1000);
      return xml("query", { xmlns: NS.last, seconds: String(seconds) });
    }),
    get("vCard", NS.vcard, () => xml("vCard", NS.vcard, xml("FN", {}, about.name))),
    get("time", NS.time, () =>
      xml("time", NS.time, xml("tzo", {}, "+00:00"), xml("utc", {}, new Date().toISOString())),
    ),
  ];
}
