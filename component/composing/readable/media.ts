/** Pictures (3, 30), voice (2) and videos (32). */
import type { Reader } from "./reading.js";
import { durationOf } from "./text.js";

export const picture: Reader = (fields) => {
  const url = fields.url("url", "HttpUrl", "FileUrl", "imgUrl");
  const words = fields.line("FileName");
  return url === undefined && words === "" ? undefined : { kind: "picture", words, url, isInline: true };
};

export const voice: Reader = (fields) => {
  const url = fields.url("HttpUrl", "url");
  const words = durationOf(fields.line("Seconds")) ?? "";
  return url === undefined && words === "" ? undefined : { kind: "voice", words, url, isInline: true };
};

export const video: Reader = (fields) => {
  const url = fields.url("FileUrl", "HttpUrl", "url");
  const name = fields.line("FileName");
  const words = [name, durationOf(fields.line("Duration")) ?? ""].filter((word) => word !== "").join(" ");
  return url === undefined && words === "" ? undefined : { kind: "video", words, url, isInline: true };
};
