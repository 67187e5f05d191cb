/** `user erase`: erases a person, and says what stays. */
import { z } from "zod";
import { user } from "./accounts.js";
import { destroying, MESSAGE, rows, word } from "./operation.js";

export const erase = destroying({
  name: "user erase",
  en: "erase a person: messages in rooms, affiliations, vCard, directory entry, keys and traces; it says what stays, and why",
  zh: "抹除一个人：群里的消息、群内身份、vCard、通讯录条目、密钥和痕迹，并说明保留了什么及原因",
  arguments: {
    user: user("user: id or id@host", "用户：id 或 id@域名", { placed: "zhangsan", unrecorded: true }),
  },
  result: {
    message: MESSAGE,
    erased: rows(["erased", "已抹除"], ["Nothing was stored.", "没有存储任何内容。"], {
      kind: word(z.string(), "kind", "种类"),
      count: word(z.int(), "count", "数量"),
    }),
    stays: rows(["what stays, and why", "保留的内容及原因"], ["Nothing stays.", "没有保留任何内容。"], {
      what: word(z.string(), "what", "内容", { whole: true }),
      why: word(z.string(), "why", "原因", { whole: true }),
    }),
  },
  needs: "component",
  run: ({ erasures, record }, { user: account }) => erasures.erase(account, record),
});
