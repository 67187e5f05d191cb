/** The list of changes that administrators made. */
import { z } from "zod";
import type { StoredChange } from "../../storage/changes-store.js";
import { NEXT, PAGE, reading, rows, time, word } from "./operation.js";
import { numberIn, pageOf } from "./page.js";

const list = reading({
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

export const CHANGES = [list];
