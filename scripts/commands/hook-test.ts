/** `hook test`: posts to an incoming webhook as a program does, with a secret that is valid for a minute. */
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { hashOf, newSecret } from "../../component/hooks/secrets.js";
import type { MessageStatus } from "../../component/hooks/hooks.js";
import { outcomeText, type MessageOutcome } from "../../component/hooks/outcome.js";
import type { Sample } from "../../component/hooks/formats/format.js";
import { sampleOf } from "../../component/hooks/formats/formats.js";
import type { HooksStore, StoredHook } from "../../storage/hooks-store.js";
import { dataFailure, ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { ownUrl } from "../own-url.js";
import { read, type HookConfig } from "./hook-parts.js";

/** In milliseconds: lifetime of the secret, timeouts of response and confirmation, interval of polling. */
const MS = { secret: 60_000, answer: 20_000, confirmed: 10_000, look: 200 };

/**
 * Posts to an incoming webhook, and prints what becomes of the message.
 * @param file the file with the payload; undefined: a sample of the webhook's format
 * @throws Failure if the webhook refuses the post, or if the message isn't confirmed in time
 */
export async function testHook(
  hook: StoredHook,
  hooks: HooksStore,
  { http }: HookConfig,
  file: string | undefined,
): Promise<void> {
  const sample = payloadOf(hook, file);
  const secret = newSecret();
  hooks.allowTest(hook.id, hashOf(secret), Date.now() + MS.secret);
  try {
    await post(`${ownUrl(http.listen)}/hooks/${hook.id}/${secret}`, sample, hook);
  } finally {
    hooks.endTest(hook.id);
  }
}

async function post(url: string, { headers, body }: Sample, { signatureKey }: StoredHook): Promise<void> {
  const signature =
    signatureKey === undefined ? undefined : createHmac("sha256", signatureKey).update(body).digest("hex");
  const response = await ask(url, {
    method: "POST",
    headers: { ...headers, ...(signature !== undefined && { "x-hub-signature-256": `sha256=${signature}` }) },
    body,
  });
  const id = response.headers.get("x-qtalk-message-id");
  const answer = (await response.text()).trim();
  say(`HTTP ${response.status}: ${answer}`);
  if (!response.ok || id === null) throw dataFailure("The hook refused the post.");
  const outcome = await outcomeAt(`${url}/messages/${id}`);
  say(`The message is ${outcomeText(outcome)}.`);
  if (outcome.outcome !== "confirmed" && outcome.outcome !== "stored")
    throw new Failure("See the component's log, or run: qtalk-component doctor", ExitCode.tempFail);
}

/** Waits until the message is no longer queued, or until the timeout. @returns the message's last outcome */
async function outcomeAt(url: string): Promise<MessageOutcome> {
  const deadline = Date.now() + MS.confirmed;
  for (;;) {
    const { state, ...why } = (await (await ask(url)).json()) as MessageStatus;
    if (state !== "queued" || Date.now() > deadline) return { outcome: state, ...why };
    await sleep(MS.look);
  }
}

async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(MS.answer) });
  } catch (error) {
    const { origin } = new URL(url);
    const isSlow = error instanceof Error && error.name === "TimeoutError";
    const text = isSlow
      ? `The component at ${origin} accepts connections, but gave no answer within ${MS.answer / 1000} seconds: see its log.`
      : `Nothing answers at ${origin}: start the component first.`;
    throw new Failure(text, isSlow ? ExitCode.tempFail : ExitCode.unavailable, { cause: error });
  }
}

function payloadOf({ format }: StoredHook, file: string | undefined): Sample {
  const sample = sampleOf(format);
  return file === undefined ? sample : { ...sample, body: read(file).toString() };
}
