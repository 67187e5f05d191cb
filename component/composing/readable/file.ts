/**
 * Files (5). Their names and sizes are what people look for, and a file server's URLs don't tell them; so they are
 * lines with a link, not the URL alone, of which clients would make a button without a name.
 */
import type { Reader } from "./reading.js";
import { sizeOf } from "./text.js";

export const file: Reader = (fields) => {
  const name = fields.line("FileName", "name");
  const url = fields.url("HttpUrl", "FileUrl", "url");
  if (name === "" && url === undefined) return undefined;
  const words = [name, sizeOf(fields.line("FileSize")) ?? ""].filter((word) => word !== "").join(" ");
  return { kind: "file", words, url };
};
