/** The list of changes that administrators made. */
import { z } from "zod";
import { NEXT, PAGE, time, word } from "./fields.js";
import { operation } from "./operation.js";

const change = z.strictObject({
  at: time("time", "时间"),
  who: word(z.string(), "by", "操作者"),
  way: word(z.enum(["command line", "console", "http", "xmpp"]), "way", "途径"),
  operation: word(z.string(), "operation", "操作"),
  arguments: word(z.string(), "arguments", "参数"),
  outcome: word(z.string().optional(), "outcome", "结果"),
});

const list = operation({
  name: "changes list",
  summary: {
    en: "list changes by administrators, the newest first: when, who, what, and what came of it",
    zh: "列出管理员所做的更改，最新的在前：时间、操作者、内容和结果",
  },
  example: "--limit 20",
  arguments: z.strictObject(PAGE),
  result: z.strictObject({
    changes: word(z.array(change), "changes", "更改", { none: { en: "No changes.", zh: "没有更改。" } }),
    next: NEXT,
  }),
  effect: "read",
  needs: "database",
  run({ records }, { limit, after }) {
    const before = /^\d{1,15}$/.test(after) ? Number(after) : Number.MAX_SAFE_INTEGER;
    const found = records.changes.list(before, limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      changes: shown.map(({ at, who, way, operation, arguments: given, outcome }) => ({
        ...{ at, who, way, operation, outcome },
        arguments: given,
      })),
      next: found.length > limit && last !== undefined ? String(last.id) : undefined,
    };
  },
});

export const CHANGES = [list];
