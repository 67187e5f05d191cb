/** Operators and their tokens, and the list of changes that administrators made. */
import { z } from "zod";
import type { StoredChange } from "../../storage/changes-store.js";
import { hashOf, newSecret } from "../hooks/secrets.js";
import { refuse } from "../refusal.js";
import { DAYS } from "./key.js";
import {
  changing,
  destroying,
  MESSAGE,
  NEXT,
  numberIn,
  PAGE,
  pageOf,
  reading,
  rows,
  time,
  word,
} from "./operation.js";

const DAY_MS = 24 * 3600_000;
const MAX_DAYS = 3650;
const NAME = word(
  z.string().regex(/^[\w.@-]{1,64}$/, 'expected up to 64 letters, digits, "_", "-", "." and "@"'),
  "operator's name, as in the log and the list of changes",
  "操作员的名称（日志和更改记录中也用此名）",
  { placed: "ann" },
);

const add = changing({
  name: "operator add",
  en: "add an operator; the token is shown only once",
  zh: "添加操作员；令牌只显示一次",
  example: "ann --days 90",
  arguments: {
    name: NAME,
    days: DAYS("days until the token expires (default: never)", "令牌的有效天数（默认：永久）", MAX_DAYS),
  },
  result: {
    message: MESSAGE,
    token: word(z.string(), "token", "令牌", { secret: true }),
    expires: time("expires", "到期时间").optional(),
  },
  async run({ records, settings, change }, { name, days }) {
    const token = newSecret();
    const madeAt = Date.now();
    const expiresAt = days === undefined ? undefined : Math.round(madeAt + days * DAY_MS);
    return await change(() => {
      if (!records.operators.add({ name, token: hashOf(token), madeAt, expiresAt }))
        return refuse.exists(
          `name: the operator ${name} exists already: remove it first, or choose another name`,
        );
      const message = `Added the operator ${name}, who logs in at ${settings.http.url}/console.`;
      return { message, token, expires: expiresAt };
    });
  },
});

const list = reading({
  name: "operator list",
  en: "list operators with the expiry of their tokens and their last login",
  zh: "列出操作员、令牌的到期时间和最近登录时间",
  result: {
    operators: rows(["operators", "操作员"], ["No operators.", "没有操作员。"], {
      name: word(z.string(), "name", "名称"),
      added: time("added", "添加时间"),
      expires: time("expires", "到期时间").optional(),
      expired: word(z.boolean(), "expired", "已过期"),
      last_login: time("last login", "最近登录").optional(),
    }),
  },
  run: ({ records }) => ({
    operators: records.operators.list().map(({ name, madeAt, expiresAt, usedAt }) => ({
      name,
      added: madeAt,
      expires: expiresAt,
      last_login: usedAt,
      expired: expiresAt !== undefined && expiresAt <= Date.now(),
    })),
  }),
});

const remove = destroying({
  name: "operator remove",
  en: "remove an operator, revoke their token and end their sessions",
  zh: "移除操作员，吊销其令牌并结束其会话",
  arguments: { name: NAME },
  run: ({ records, change }, { name }) =>
    change(() =>
      records.operators.remove(name)
        ? { message: `Removed the operator ${name}.` }
        : refuse.notFound(`name: there is no operator ${name}`),
    ),
});

export const OPERATOR = [add, list, remove];

const listChanges = reading({
  name: "changes list",
  en: "list changes by operators and service administrators, the newest first: when, who, what, and what came of it",
  zh: "列出操作员和服务管理员所做的更改，最新的在前：时间、更改者、内容和结果",
  example: "--limit 20",
  arguments: PAGE,
  result: {
    changes: rows(["changes", "更改"], ["No changes.", "没有更改。"], {
      at: time("time", "时间"),
      who: word(z.string(), "by", "更改者"),
      way: word(z.enum(["command line", "console", "http", "xmpp"]), "way", "途径"),
      operation: word(z.string(), "operation", "操作"),
      arguments: word(z.string(), "arguments", "参数"),
      outcome: word(z.string().optional(), "outcome", "结果"),
    }),
    next: NEXT,
  },
  run({ records }, { limit, after }) {
    const found = records.changes.list(numberIn(after, Number.MAX_SAFE_INTEGER), limit + 1);
    const { entries, next } = pageOf(found, limit, ({ id }) => String(id));
    return { changes: entries.map(changeOf), next };
  },
});

function changeOf({ at, who, way, operation, arguments: given, outcome }: StoredChange) {
  return { at, who, way, operation, arguments: given, outcome };
}

export const CHANGES = [listChanges];
