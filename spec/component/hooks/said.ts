/** The text of a post. */
import { expect } from "chai";
import { limitsConfig } from "../../../component/config.js";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Payload } from "../../../component/hooks/formats/format.js";
import { formatOf } from "../../../component/hooks/formats/formats.js";
import { Templates } from "../../../component/hooks/templates.js";
import { renderPost } from "../../../component/hooks/rendering.js";

const LIMITS = limitsConfig.parse({});
const templates = await Templates.load();

/** The format that it is taken for, and the lines that are said. */
export function said(posted: Payload, wanted = "auto"): string[] {
  const format = formatOf(posted, wanted);
  if (format instanceof HookFault) return [`${format.kind}: ${format.message}`];
  const wording = renderPost(format, posted, { templates, limits: LIMITS });
  if (wording instanceof HookFault) return [format.name, `${wording.kind}: ${wording.message}`];
  const { text, reading } = wording;
  if (reading.plain !== undefined) {
    const rendered = renderPost(format, posted, { templates, template: format.template, limits: LIMITS });
    expect(rendered).to.have.property("text", text);
  }
  return [format.name, ...text.split("\n")];
}

export const json = (value: unknown, event?: string): Payload => ({
  json: { value },
  headers: event === undefined ? {} : { "x-github-event": event },
});
