/**
 * Issues keys for web services over XMPP, where the server has authenticated the user: by an ad-hoc command (XEP-0050),
 * or by the requests of QTalk's clients, with time_value in seconds since 1970:
 *
 *   <iq type="get" to="groups.…"><key xmlns="urn:xmpp:key"/></iq>
 *   <key xmlns="urn:xmpp:key" value="DIGITS"/>
 *
 *   <iq type="get" to="groups.…"><query xmlns="config:xmpp:time_key"/></iq>
 *   <query xmlns="config:xmpp:time_key" time_value="SECONDS" key_value="DIGITS"/>
 */
import type { Jid } from "../addresses/address.js";
import type { IqHandler } from "../inbound/router.js";
import { StanzaError } from "../inbound/stanza-error.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { formElement, type FormField } from "../muc/wire/data-form.js";
import type { Command } from "../entity/command-protocol.js";
import { serviceGet } from "../entity/disco.js";
import type { IssuedKey, Keys } from "./keys.js";

export function keyRequests(keys: Keys): IqHandler<"service">[] {
  const request = (name: string, ns: string, answer: (key: IssuedKey) => Element): IqHandler<"service"> =>
    serviceGet(name, ns, async ({ from }) => answer(await issueTo(keys, from)));
  return [
    request("key", NS.key, ({ digits }) => xml("key", { xmlns: NS.key, value: digits })),
    request("query", NS.timeKey, ({ digits, issuedAt }) => {
      const seconds = String(Math.floor(issuedAt / 1000));
      return xml("query", { xmlns: NS.timeKey, time_value: seconds, key_value: digits });
    }),
  ];
}

export function keyCommand(keys: Keys): Command {
  return {
    node: NS.timeKey,
    name: "Get a key for web services",
    mayRun: (from) => keys.mayOwn(from),
    start: async (from) => ({ kind: "completed", form: keyForm(await issueTo(keys, from)) }),
  };
}

async function issueTo(keys: Keys, from: Jid): Promise<IssuedKey> {
  if (keys.mayOwn(from)) return await keys.issue(from);
  throw new StanzaError("auth", "forbidden", "Only users of the hosts served here get keys.");
}

function keyForm({ digits, expiresAt }: IssuedKey): Element {
  const until = new Date(expiresAt).toISOString();
  const fields: FormField[] = [
    { name: "key", label: "Key", type: "text-single", values: [digits] },
    { name: "expires", label: "Valid until", type: "text-single", values: [until] },
  ];
  return formElement("result", undefined, fields, { title: "Key for web services" });
}
