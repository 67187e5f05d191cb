/** `hook test`: posts to a hook as its program would, with a secret of its own that is good for a moment. */
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { hashOf, newSecret } from "../../component/hooks/secrets.js";
import type { Sample } from "../../component/hooks/formats/format.js";
import { FORMATS, formatNamed } from "../../component/hooks/formats/formats.js";
import { HooksStore, type StoredHook } from "../../storage/hooks-store.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { ownUrl } from "../own-url.js";
import { read, type HookConfig } from "./hook-parts.js";
import { inStorage } from "./in-storage.js";

/** How long the secret is good, and how long an answer or the message's way is waited for; milliseconds. */
const MS = { secret: 60_000, answer: 20_000, routed: 10_000, look: 200 };

/** @param file what to post; a sample of its format where undefined */
export async function testHook(
  name: string,
  { storage, http }: HookConfig,
  file: string | undefined,
): Promise<void> {
  await inStorage(storage.path, async (db) => {
    const hooks = new HooksStore(db);
    const hook = hooks.named(name);
    if (hook === undefined) throw new Failure(`There is no hook ${name}: see hook list.`, ExitCode.dataErr);
    const sample = sampleOf(hook, file);
    const secret = newSecret();
    hooks.allowTest(hook.id, hashOf(secret), Date.now() + MS.secret);
    try {
      await post(`${ownUrl(http.listen)}/hooks/${hook.id}/${secret}`, sample, hook);
    } finally {
      hooks.endTest(hook.id);
    }
  });
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
  if (!response.ok || id === null) throw new Failure("The hook didn't take it.", ExitCode.dataErr);
  const state = await stateOf(`${url}/messages/${id}`);
  say(`The message is ${state}.`);
  if (!state.startsWith("routed"))
    throw new Failure("See the component's log, and: qtalk-component doctor", ExitCode.tempFail);
}

/** Waits until it is more than queued. */
async function stateOf(url: string): Promise<string> {
  const deadline = Date.now() + MS.routed;
  for (;;) {
    const status = (await (await ask(url)).json()) as { readonly state: string; readonly condition?: string };
    const { state, condition } = status;
    if (state !== "queued" || Date.now() > deadline)
      return condition === undefined ? state : `${state} (${condition})`;
    await sleep(MS.look);
  }
}

async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(MS.answer) });
  } catch (error) {
    const { origin } = new URL(url);
    throw new Failure(
      `Nobody answers at ${origin}: the component has to run for this.`,
      ExitCode.unavailable,
      {
        cause: error,
      },
    );
  }
}

function sampleOf({ format }: StoredHook, file: string | undefined): Sample {
  const { sample } = formatNamed(format) ?? FORMATS.slack;
  return file === undefined ? sample : { ...sample, body: read(file).toString() };
}
