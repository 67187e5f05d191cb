/** Operators and their tokens, and the list of changes that administrators made. */
import { z } from "zod";
import type { StoredChange } from "../../storage/changes-store.js";
import { hashOf, newSecret } from "../secrets.js";
import { ownProperty } from "../own-property.js";
import { refuse } from "../refusal.js";
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

import { rightsOf } from "./operators.js";
import { RIGHTS } from "./rights.js";

const DAY_MS = 24 * 3600_000;
const MAX_DAYS = 3650;
/** A time, such as 90d: days, weeks or years. */
const DURATION = /^([1-9]\d{0,3})([dwy])$/;
const DAYS_OF: Readonly<Record<string, number>> = { d: 1, w: 7, y: 365 };

function daysIn(text: string): number {
  const [, count, unit = ""] = DURATION.exec(text) ?? [];
  return Number(count) * (ownProperty(DAYS_OF, unit) ?? NaN);
}
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
  example: "ann --may hooks --expires 90d",
  arguments: {
    name: NAME,
    may: word(
      z.array(z.enum(RIGHTS)).min(1),
      "what the operator may do: read (no messages), hooks (incoming hooks of bots, and bots), rooms, or all",
      "操作员的权限：read（只读，不含消息内容）、hooks（机器人的入站 Webhook 和机器人）、rooms（群）或 all（全部）",
    ),
    expires: word(
      z
        .string()
        .refine((text) => daysIn(text) <= MAX_DAYS, "expected a time such as 90d, 12w or 1y, at most 10y")
        .default("1y"),
      "time after which the token expires, such as 90d, 12w or 1y",
      "令牌的有效期，例如 90d、12w 或 1y",
    ),
  },
  result: {
    message: MESSAGE,
    token: word(z.string(), "token", "令牌", { secret: true }),
    expires: time("expires", "到期时间").optional(),
  },
  async run({ records, settings, change }, { name, may, expires }) {
    const token = newSecret();
    const madeAt = Date.now();
    const expiresAt = madeAt + daysIn(expires) * DAY_MS;
    return await change(() => {
      if (!records.operators.add({ name, token: hashOf(token), madeAt, expiresAt, may: may.join(",") }))
        return refuse.exists(
          `name: the operator ${name} exists already: remove it first, or choose another name`,
        );
      const message = `Added the operator ${name}, with the rights: ${may.join(", ")}. Log in at ${settings.http.url}/console.`;
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
      may: word(z.array(z.enum(RIGHTS)), "may", "权限"),
      expires: time("expires", "到期时间").optional(),
      expired: word(z.boolean(), "expired", "已过期"),
      last_login: time("last login", "最近登录").optional(),
    }),
  },
  run: ({ records }) => ({
    operators: records.operators.list().map(({ madeAt, expiresAt, usedAt, ...operator }) => ({
      name: operator.name,
      added: madeAt,
      may: rightsOf(operator),
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

export const OPERATOR_OPERATIONS = [add, list, remove];

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
      way: word(z.enum(["command line", "console", "http", "xmpp", "chat"]), "way", "途径"),
      operation: word(z.string(), "operation", "操作"),
      arguments: word(z.record(z.string(), z.unknown()), "arguments", "参数"),
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
  return {
    at,
    who,
    way,
    operation,
    arguments: JSON.parse(given) as Readonly<Record<string, unknown>>,
    outcome,
  };
}

export const CHANGES = [listChanges];
