/** Keeps posts for operators who want to read them (`hook capture`). */
import type { IncomingMessage } from "node:http";
import type { Captures } from "../../component/hooks/captures/captures.js";
import type { RawPost } from "../../component/hooks/captures/raw-post.js";
import type { Hook } from "../../component/hooks/hook.js";
import type { HookRates } from "../../component/hooks/post-rates.js";
import { addressIn } from "./address.js";

interface Posted {
  readonly hook: Hook;
  /** What follows the hook's URL in the path. */
  readonly suffix: string;
  /** What may be the hook's secret in the body. */
  readonly topic?: string;
  readonly body: Buffer;
}

/** Keeps a post if the hook's posts are captured, which the hook pays for. */
export function capture(
  {
    captures,
    rates,
  }: { readonly captures: Pick<Captures, "keep">; readonly rates: Pick<HookRates, "charge"> },
  request: IncomingMessage,
  posted: Posted,
): void {
  const { hook, topic = "" } = posted;
  const started = performance.now();
  const secrets = [...(addressIn(request)?.secrets ?? []), topic, hook.signatureKey ?? ""];
  if (captures.keep(hook.id, () => rawPostOf(request, posted), secrets))
    rates.charge(hook, { ms: performance.now() - started });
}

function rawPostOf(
  { method = "", url = "", rawHeaders }: IncomingMessage,
  { suffix, body }: Posted,
): RawPost {
  const [, query] = /^[^?]*\?([^#]*)$/.exec(url) ?? [];
  const headers = Array.from(
    { length: rawHeaders.length / 2 },
    (_, at) => [rawHeaders[2 * at] ?? "", rawHeaders[2 * at + 1] ?? ""] as const,
  );
  return { method, suffix, query, headers, body };
}
