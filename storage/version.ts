/** The program's version and its description in one line, from package.json. */
import { readFileSync } from "node:fs";

export const version = (): string => read().version;
export const description = (): string => read().description;

function read(): { readonly version: string; readonly description: string } {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return JSON.parse(text) as ReturnType<typeof read>;
}
