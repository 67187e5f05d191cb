/** What is said of a post, as people read it. */
import { expect } from "chai";
import { limitsConfig } from "../../../component/config.js";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Posted } from "../../../component/hooks/formats/format.js";
import { formatOf } from "../../../component/hooks/formats/formats.js";
import { Templates } from "../../../component/hooks/templates.js";
import { cleaned } from "../../../component/hooks/text.js";

const LIMITS = limitsConfig.parse({});
const templates = await Templates.load();

/** The format that it is taken for, and the lines that are said. */
export function said(posted: Posted, wanted = "auto"): string[] {
  const format = formatOf(posted, wanted);
  if (format instanceof HookFault) return [`${format.kind}: ${format.message}`];
  const reading = format.read(posted);
  if (reading instanceof HookFault) return [format.name, `${reading.kind}: ${reading.message}`];
  const view = { ...reading.view, payload: posted.json?.value, event: posted.event ?? "" };
  const { plain } = reading;
  const text = templates.render(templates.own(format.name) ?? "{{ payload.text }}", view);
  if (text instanceof HookFault) return [format.name, text.message];
  const lines = cleaned(text, LIMITS).split("\n");
  if (plain !== undefined) expect(cleaned(plain, LIMITS).split("\n")).to.deep.equal(lines);
  return [format.name, ...lines];
}

export const json = (value: unknown, event?: string): Posted => ({
  json: { value },
  ...(event !== undefined && { event }),
});
