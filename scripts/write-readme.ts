/** Writes into README.md what is generated: the configuration reference. Run by `npm run readme`. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { referenceTable } from "./config/reference.js";

export const README = fileURLToPath(new URL("../../README.md", import.meta.url));

/** The text with its generated part as it should be now. */
export function withReference(readme: string): string {
  return readme.replace(
    /(<!-- configuration reference: npm run readme -->\n)[^]*?(<!-- end of the reference -->)/,
    (_, start: string, end: string) => `${start}\n${referenceTable()}\n\n${end}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(README, withReference(readFileSync(README, "utf8")));
}
