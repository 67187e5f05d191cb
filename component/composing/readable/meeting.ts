/** Invitations to meetings (257): what is named in `keyValues`, or in fields of any name. */
import type { Fields } from "./fields.js";
import type { Reader } from "./reading.js";
import { lineOf } from "./text.js";

const MOST_LINES = 12;
const MOST_NAME = 64;
const LINK = ["url", "linkurl"];
/** What isn't for people. */
const UNSAID: ReadonlySet<string> = new Set([...LINK, "params", "type", "id", "keyValues", "title"]);

export const meeting: Reader = (fields, beside) => {
  const listed = fields.list("keyValues");
  const said = (listed.length > 0 ? listed : [fields]).flatMap(saidIn);
  const title = fields.line("title");
  const [first = "", ...rest] = [title === "" ? beside : title, ...said].filter((line) => line !== "");
  const url = fields.url(...LINK);
  if (said.length === 0 && title === "" && url === undefined) return undefined;
  return { kind: "meeting", words: first, below: rest.slice(0, MOST_LINES).join("\n"), url };
};

/** `Time: three o'clock`. */
function saidIn(fields: Fields): string[] {
  return fields.names
    .filter((name) => !UNSAID.has(name))
    .slice(0, MOST_LINES)
    .flatMap((name) => {
      const value = fields.line(name);
      return value === "" ? [] : [`${lineOf(name, MOST_NAME)}: ${value}`];
    });
}
