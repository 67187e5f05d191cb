/** Posts that operators make themselves: a sample, a payload, or a post as it is on the wire. */
import { randomUUID } from "node:crypto";
import { parseRawPost, type RawPost } from "../../component/hooks/captures/raw-post.js";
import { HookFault } from "../../component/hooks/fault.js";
import { formatNamed } from "../../component/hooks/formats/formats.js";
import type { Payload } from "../../component/hooks/formats/format.js";
import { slack } from "../../component/hooks/formats/slack.js";
import type { Hook } from "../../component/hooks/hook.js";
import type { Accepted } from "../../component/hooks/post.js";
import { documentationOf } from "../docs/formats.js";
import { postContentOf, payloadOf, unpacked } from "./payload.js";
import type { HooksApi } from "./requests.js";

/**
 * Accepts a test post to an incoming webhook.
 * @param given the payload, or the text of a whole post (raw-post.ts); undefined: a sample of the hook's format
 */
export async function testPost(
  hooks: Pick<HooksApi, "named" | "receive">,
  name: string,
  given: string | undefined,
): Promise<Accepted | HookFault> {
  const hook = hooks.named(name);
  if (hook === undefined) return new HookFault("missing", `there is no hook ${name}`);
  const raw = postOf(hook, given);
  const posted = await payloadIn(raw, hook.format === "text");
  if (posted instanceof HookFault) return posted;
  return await hooks.receive(hook, { posted, key: undefined, body: raw.body, request: randomUUID() });
}

function postOf({ format }: Hook, given: string | undefined): RawPost {
  const raw = given === undefined ? undefined : parseRawPost(given);
  if (raw !== undefined) return raw;
  const { headers, body } = documentationOf(formatNamed(format) ?? slack).sample;
  const own = { method: "POST", suffix: "", query: undefined, headers: Object.entries(headers) };
  return { ...own, body: Buffer.from(given ?? body) };
}

/** Parses a whole post. @param isText as for `payloadOf` */
export async function payloadIn(
  { suffix, query, headers: given, body }: RawPost,
  isText = false,
): Promise<Payload | HookFault> {
  const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value]));
  const content = await unpacked(headers, postContentOf(headers, body));
  if (content instanceof HookFault) return content;
  const place = {
    ...(suffix !== "" && { suffix }),
    ...(query !== undefined && { query: new URLSearchParams(query) }),
  };
  return payloadOf(headers, content, isText, place);
}
