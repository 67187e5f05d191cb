/** What systems announce (134217728, 268435456): a title, text or a list of titled texts, and a link. */
import type { Reader } from "./reading.js";

const MOST_LINES = 12;

export const notice: Reader = (fields, beside) => {
  const title = fields.line("title");
  const list = fields.list("content").slice(0, MOST_LINES);
  const lines = list.map((each) =>
    [each.line("sub_title"), each.line("sub_content")].filter(Boolean).join(": "),
  );
  const text =
    lines.length > 0 ? lines.filter(Boolean).join("\n") : fields.text(["content", "prompt", "introduce"]);
  const url = fields.url("linkurl", "operation_url", "url");
  if (title === "" && text === "" && url === undefined) return undefined;
  return { kind: "notice", words: title === "" ? beside : title, below: text, url };
};
