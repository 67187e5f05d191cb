/** Posts as they are on the wire, which formats' tests have as text. */
import { parseRawPost } from "../../../component/hooks/captures/raw-post.js";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Payload } from "../../../component/hooks/formats/format.js";
import { payloadIn } from "../../../http/hooks/operators-post.js";

export async function rawPost(text: string): Promise<Payload> {
  const raw = parseRawPost(text);
  if (raw === undefined) throw new Error(`no post: ${text.slice(0, 80)}`);
  const posted = await payloadIn(raw);
  if (posted instanceof HookFault) throw new Error(`${raw.method} /${raw.suffix}: ${posted.message}`);
  return posted;
}
