/** Renders a post as the text of a message. */
import type { LimitsConfig } from "../config.js";
import { HookFault } from "./fault.js";
import type { Format, Payload, ParsedPayload } from "./formats/format.js";
import type { Templates } from "./templates.js";
import { cleaned } from "./text.js";

export interface RenderedPost {
  readonly reading: ParsedPayload;
  /** The message's text; "" if the post is only a picture. */
  readonly text: string;
}

export interface RenderingRules {
  readonly templates: Templates;
  /** The hook's template; by default the format's template. */
  readonly template?: string | undefined;
  readonly limits: Pick<LimitsConfig, "message_bytes">;
}

export function renderPost(
  format: Format,
  posted: Payload,
  { templates, template, limits }: RenderingRules,
): RenderedPost | HookFault {
  const reading = format.read(posted);
  if (reading instanceof HookFault) return reading;
  if (template === undefined && format.needsTemplate === true)
    return new HookFault("template", "this hook has no template: set one with hook set --template");
  const rendered =
    template === undefined && reading.plain !== undefined
      ? reading.plain
      : templates.render(template ?? format.template, {
          event: "",
          ...reading.view,
          payload: posted.json?.value,
        });
  if (rendered instanceof HookFault) return rendered;
  const text = cleaned(rendered, limits);
  const isEmpty = text === "" && reading.image === undefined;
  return isEmpty ? new HookFault("empty", "the post has no text") : { reading, text };
}
