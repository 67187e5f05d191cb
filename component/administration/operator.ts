/** Operators and their tokens. */
import { z } from "zod";
import { hashOf, newSecret } from "../hooks/secrets.js";
import { Errcode, Refusal } from "../refusal.js";
import { DAYS } from "./key.js";
import { DONE, MESSAGE, time, word } from "./fields.js";
import { operation } from "./operation.js";

const DAY_MS = 24 * 3600_000;
const MAX_DAYS = 3650;
const NAME = word(
  z.string().regex(/^[\w.@-]{1,64}$/, 'expected up to 64 letters, digits, "_", "-", "." and "@"'),
  "operator's name, as in the log and the list of changes",
  "操作员的名称，用于日志和更改列表",
);

const add = operation({
  name: "operator add",
  summary: {
    en: "add an operator; the token is shown only once",
    zh: "添加操作员；令牌只显示一次",
  },
  example: "ann --days 90",
  positional: ["name"],
  arguments: z.strictObject({
    name: NAME,
    days: DAYS("days until the token expires (default: never)", "令牌的有效天数（默认：永久）", MAX_DAYS),
  }),
  result: z.strictObject({
    message: MESSAGE,
    token: word(z.string(), "token", "令牌", { secret: true }),
    expires: time("expires", "到期时间").optional(),
  }),
  effect: "change",
  needs: "database",
  async run({ records, settings, change }, { name, days }) {
    const token = newSecret();
    const madeAt = Date.now();
    const expiresAt = days === undefined ? undefined : Math.round(madeAt + days * DAY_MS);
    return await change(() => {
      if (!records.operators.add({ name, token: hashOf(token), madeAt, expiresAt }))
        return new Refusal(
          Errcode.exists,
          `name: the operator ${name} exists already: remove it first, or choose another name`,
        );
      const message = `Added the operator ${name}, who logs in at ${settings.url}/console.`;
      return { message, token, expires: expiresAt };
    });
  },
});

const list = operation({
  name: "operator list",
  summary: {
    en: "list operators with the expiry of their tokens and their last login",
    zh: "列出操作员、令牌的到期时间和最近登录时间",
  },
  example: "",
  arguments: z.strictObject({}),
  result: z.strictObject({
    operators: word(
      z.array(
        z.strictObject({
          name: word(z.string(), "name", "名称"),
          added: time("added", "添加时间"),
          expires: time("expires", "到期时间").optional(),
          expired: word(z.boolean(), "expired", "已过期"),
          last_login: time("last login", "最近登录").optional(),
        }),
      ),
      "operators",
      "操作员",
      { none: { en: "No operators.", zh: "没有操作员。" } },
    ),
  }),
  effect: "read",
  needs: "database",
  run: ({ records }) => ({
    operators: records.operators.list().map(({ name, madeAt, expiresAt, usedAt }) => ({
      ...{ name, added: madeAt, expires: expiresAt, last_login: usedAt },
      expired: expiresAt !== undefined && expiresAt <= Date.now(),
    })),
  }),
});

const remove = operation({
  name: "operator remove",
  summary: {
    en: "remove an operator, revoke their token and end their sessions",
    zh: "移除操作员，吊销其令牌并结束其会话",
  },
  example: "ann",
  positional: ["name"],
  arguments: z.strictObject({ name: NAME }),
  result: DONE,
  effect: "destroy",
  needs: "database",
  run: ({ records, change }, { name }) =>
    change(() =>
      records.operators.remove(name)
        ? { message: `Removed the operator ${name}.` }
        : new Refusal(Errcode.notFound, `name: there is no operator ${name}`),
    ),
});

export const OPERATOR = [add, list, remove];
