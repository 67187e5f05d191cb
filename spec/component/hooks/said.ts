/** The text of a post. */
import { expect } from "chai";
import { limitsConfig } from "../../../component/config.js";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Payload, ShortenUrl } from "../../../component/hooks/formats/format.js";
import { formatOf } from "../../../component/hooks/formats/formats.js";
import { Templates } from "../../../component/hooks/templates.js";
import { fileLine } from "../../../component/hooks/files/file-kind.js";
import { renderPost, withLines } from "../../../component/hooks/rendering.js";

const LIMITS = limitsConfig.parse({});
const templates = await Templates.load();

/** The format that it is taken for, and the lines that are said. @param shortenUrl undefined: there are no short links */
export function said(posted: Payload, wanted = "auto", shortenUrl?: ShortenUrl): string[] {
  const format = formatOf(posted, wanted);
  if (format instanceof HookFault) return [`${format.kind}: ${format.message}`];
  const wording = renderPost(format, posted, { templates, limits: LIMITS, shortenUrl });
  if (wording === "nothing") return [format.name];
  if (wording instanceof HookFault) return [format.name, `${wording.kind}: ${wording.message}`];
  const { reading, files } = wording;
  // Of files alone, a template says nothing.
  if (reading.plain !== undefined && wording.text !== "") {
    const rendered = renderPost(format, posted, { templates, template: format.template, limits: LIMITS });
    expect(rendered).to.have.property("text", wording.text);
  }
  // Where no file can be uploaded, all are named.
  const text = withLines(
    wording.text,
    files.map((file) => fileLine(file, file.bytes.length)),
  );
  // Of several lines, a line break is the end, and nothing else is empty at the end.
  const lines = text.split("\n");
  expect(lines.length === 1 || lines.pop() === "", text).to.equal(true);
  expect(lines.at(-1)).to.not.equal("");
  return [format.name, ...lines.map((line) => line.replace("\u00a0", " "))];
}

export const json = (value: unknown, event?: string): Payload => ({
  json: { value },
  headers: event === undefined ? {} : { "x-github-event": event },
});
