/** Keys by which users log in to web services (auth_uk). */
import { z } from "zod";
import { Jid } from "../addresses/address.js";
import { Keys } from "../people/keys.js";
import { refuse } from "../refusal.js";
import { counted } from "../wording.js";
import { USER } from "./accounts.js";
import type { Context } from "./context.js";
import { changing, MESSAGE, NEXT, PAGE, reading, rows, time, word, numberIn, pageOf } from "./operation.js";

const RESOURCE = word(
  z.string().optional(),
  "only the key of this session (command-line: a key issued without --resource)",
  "仅限此会话的密钥；key issue 未给 --resource 时，会话为 command-line",
  {
    placed: "command-line",
  },
);
export const DAYS = (en: string, zh: string, most: number) =>
  word(z.number().positive().max(most).optional(), en, zh);

export const KEYS = rows(["keys", "密钥"], ["No keys.", "没有密钥。"], {
  user: word(z.string(), "user", "用户"),
  issued: time("issued", "签发时间"),
  expires: time("expires", "到期时间"),
  expired: word(z.boolean(), "expired", "已过期"),
  resource: word(z.string(), "session", "会话"),
});

const issue = changing({
  name: "key issue",
  en: "issue a key to a user; it is shown only once",
  zh: "为用户签发密钥；密钥只显示一次",
  example: "zhangsan --days 7",
  arguments: {
    user: USER,
    resource: word(
      z.string().default("command-line"),
      "session that the key is for; its previous key is replaced",
      "密钥所属的会话；原有密钥会被替换",
    ),
    days: DAYS("days until the key expires (default: keys.days)", "有效天数（默认：keys.days）", 365),
  },
  result: {
    message: MESSAGE,
    key: word(z.string(), "key", "密钥", { secret: true }),
    expires: time("expires", "到期时间"),
  },
  async run(context, { user, resource, days }) {
    const { settings, records } = context;
    const { hosts } = settings.xmpp;
    const keys = new Keys(records.keys, records.directory, context.commit, { hosts, keys: settings.keys });
    const owner = Jid.of(user.local, user.domain, resource);
    if (!hosts.includes(user.domain))
      return refuse.notFound(`user: ${user.domain} is not in xmpp.hosts (${hosts.join(", ")})`);
    if (owner === undefined || !keys.mayOwn(owner))
      return refuse.forbidden(
        `user: ${user.text} can't have a key: the session's name is invalid, or the directory marks the user as not employed`,
      );
    const { digits, issued } = keys.make(owner, days);
    return await context.change(() => {
      keys.put(issued);
      return { message: `Issued a key to ${user.text}.`, key: digits, expires: issued.expiresAt };
    });
  },
});

const list = reading({
  name: "key list",
  en: "list keys with their user, session and expiry",
  zh: "列出密钥及其用户、会话和到期时间",
  arguments: { user: USER.optional(), ...PAGE },
  result: { keys: KEYS, next: NEXT },
  run(context, { user, limit, after }) {
    const { keys } = context.records;
    const offset = numberIn(after);
    const found = user === undefined ? keys.list(limit + 1, offset) : keys.of(user.text).slice(offset);
    const { entries, next } = pageOf(found, limit, () => String(offset + limit));
    return { keys: entries.map(shownKey), next };
  },
});

/** Returns a key without its hash. */
export function shownKey(key: ReturnType<Context["records"]["keys"]["of"]>[number]) {
  const { jid: user, resource, issuedAt, expiresAt } = key;
  return { user, issued: issuedAt, expires: expiresAt, expired: expiresAt <= Date.now(), resource };
}

const revoke = changing({
  name: "key revoke",
  en: "revoke a user's keys",
  zh: "吊销用户的密钥",
  arguments: { user: USER, resource: RESOURCE },
  run: ({ records: { keys }, change }, { user: { text: user }, resource }) =>
    change(() => {
      const count = resource === undefined ? keys.revoke(user) : Number(keys.revokeOne(user, resource));
      const which = resource === undefined ? "" : ` for ${JSON.stringify(resource)}`;
      return count === 0
        ? refuse.notFound(`user: ${user} has no key${which}`)
        : { message: `${counted(count, "key")} of ${user} revoked${which}.` };
    }),
});

export const KEY_OPERATIONS = [issue, list, revoke];
