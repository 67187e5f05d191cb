/**
 * Keys asked for over XMPP: by the original's own IQ, and as an ad-hoc command (XEP-0050) for clients that know
 * nothing of it. The server vouches for who asks.
 *
 *   <iq type="get" to="conference.…"><query xmlns="config:xmpp:time_key"/></iq>
 *   <query xmlns="config:xmpp:time_key" time_value="SECONDS" key_value="DIGITS"/>
 *
 * time_value is the time of issue in seconds since 1970, as the original gave it.
 */
import type { Jid } from "../address.js";
import type { IqHandler } from "../router.js";
import { StanzaError } from "../stanza-error.js";
import { NS, xml, type Element } from "../xml/builder.js";
import type { Command } from "./ad-hoc.js";
import type { IssuedKey, Keys } from "./keys.js";

/** Answers the original's IQ. */
export function keyRequest(keys: Keys): IqHandler<"service"> {
  return {
    stanza: "iq",
    type: "get",
    target: "service",
    name: "query",
    ns: NS.timeKey,
    feature: NS.timeKey,
    async handle({ from }) {
      const { digits, issuedAt } = await issueTo(keys, from);
      const seconds = Math.floor(issuedAt / 1000);
      return xml("query", { xmlns: NS.timeKey, time_value: String(seconds), key_value: digits });
    },
  };
}

/** The same as a command. */
export function keyCommand(keys: Keys): Command {
  return {
    node: NS.timeKey,
    name: "Get a key for web services",
    mayRun: (from) => keys.mayOwn(from),
    run: async (from) => keyForm(await issueTo(keys, from)),
  };
}

async function issueTo(keys: Keys, from: Jid): Promise<IssuedKey> {
  if (keys.mayOwn(from)) return await keys.issue(from);
  throw new StanzaError(
    "auth",
    "forbidden",
    "Keys are given to the sessions of users of this service alone.",
  );
}

function keyForm({ digits, expiresAt }: IssuedKey): Element {
  const field = (name: string, label: string, value: string): Element =>
    xml("field", { var: name, label, type: "text-single" }, xml("value", {}, value));
  return xml(
    "x",
    { xmlns: NS.data, type: "result" },
    xml("title", {}, "Key for web services"),
    field("key", "Key", digits),
    field("expires", "Good until", new Date(expiresAt).toISOString()),
  );
}
