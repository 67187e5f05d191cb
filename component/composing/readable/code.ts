/** Source code (64), as a block of preformatted text (XEP-0393 §5.1.2). */
import type { Reader } from "./reading.js";

const MOST = 8000;
const FENCE = "```";

export const code: Reader = (fields) => {
  const text = fields.text(["Code"], MOST);
  if (text === "") return undefined;
  const below = text.includes(FENCE) ? text : [FENCE, text, FENCE].join("\n");
  return { kind: "code", words: fields.line("CodeType"), below };
};
