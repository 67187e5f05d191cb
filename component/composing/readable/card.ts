/** Cards: a title, a few words and a link (256, 511, 512, 513, 666, 667, 888, and with their fields in `data` 11, 4096). */
import type { Fields } from "./fields.js";
import type { Kind, Reader, Reading } from "./reading.js";

const TITLE = ["title", "Title", "name"];
const WORDS = ["desc", "description", "intro", "content", "price"];
const LINK = ["linkurl", "url", "detailUrl", "webDtlUrl", "touchDtlUrl"];

export function card(kind: Kind): Reader {
  return (fields, beside) => {
    const data = fields.inside("data");
    return read(kind, fields, beside) ?? (data && read(kind, data, beside));
  };
}

function read(kind: Kind, fields: Fields, beside: string): Reading | undefined {
  const [title, words, url] = [fields.line(...TITLE), fields.text(WORDS), fields.url(...LINK)];
  if (title === "" && words === "" && url === undefined) return undefined;
  if (title !== "") return { kind, words: title, below: words, url };
  return words === "" ? { kind, words: beside, url } : { kind, words, url };
}
