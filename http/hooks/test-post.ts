import { randomUUID } from "node:crypto";
import { HookFault } from "../../component/hooks/fault.js";
import { formatNamed } from "../../component/hooks/formats/formats.js";
import { slack } from "../../component/hooks/formats/slack.js";
import type { Accepted } from "../../component/hooks/post.js";
import { documentationOf } from "../docs/formats.js";
import { postContentOf, payloadOf, unpacked } from "./payload.js";
import type { HooksApi } from "./requests.js";

/** Accepts a test post to an incoming webhook. @param body the payload; undefined: a sample of the hook's format */
export async function testPost(
  hooks: Pick<HooksApi, "named" | "receive">,
  name: string,
  body: string | undefined,
): Promise<Accepted | HookFault> {
  const hook = hooks.named(name);
  if (hook === undefined) return new HookFault("missing", `there is no hook ${name}`);
  const { headers, ...sample } = documentationOf(formatNamed(hook.format) ?? slack).sample;
  const bytes = Buffer.from(body ?? sample.body);
  const content = await unpacked(headers, postContentOf(headers, bytes));
  if (content instanceof HookFault) return content;
  const posted = payloadOf(headers, content, hook.format === "text");
  if (posted instanceof HookFault) return posted;
  return await hooks.receive(hook, { posted, key: undefined, body: bytes, request: randomUUID() });
}
