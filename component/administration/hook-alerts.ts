/** What operators decide about a hook's alerts: where they are silenced, and whether posts are expected. */
import type { HookExpectation, HookSource } from "../../storage/hooks-store.js";
import { durationIn } from "../hooks/alerts/words.js";
import { badRequest, Refusal } from "../refusal.js";
import type { Context } from "./context.js";
import type { Given } from "./hook-arguments.js";
import { checkTarget } from "./hook-target.js";
import { refuseWithout } from "./rights.js";

/** The words for no URL, and for no expectation. */
const HERE = "here";
const NEVER = "never";
const MINUTE_MS = 60_000;
/** The bounds of how often posts are expected, and the default of how much later one may come, in milliseconds. */
const EXPECTED = { least: MINUTE_MS, most: 366 * 24 * 3600_000, grace: MINUTE_MS };
/** The longest token, in characters. */
const MAX_TOKEN = 8192;

const NO_SOURCE: HookSource = { silenceAt: undefined, silenceToken: undefined, inner: undefined };
const NO_EXPECTATION: HookExpectation = { expectMs: undefined, graceMs: undefined, quiet: false };

/** Returns where a hook's alerts are silenced. @param known where they are now */
export async function alertSourceOf(
  { who }: Pick<Context, "who">,
  given: Given,
  known: HookSource = NO_SOURCE,
): Promise<{ readonly source: HookSource; readonly notes: readonly string[] } | Refusal> {
  const { silence_at, silence_token, allow_inner } = given;
  if (silence_at === undefined && silence_token === undefined && allow_inner === undefined)
    return { source: known, notes: [] };
  const denied = refuseWithout("all", who, "silence_at: a URL that the component calls");
  if (denied !== undefined) return denied;
  if (silence_at === HERE) return { source: NO_SOURCE, notes: [] };
  const text = silence_at ?? known.silenceAt;
  if (text === undefined)
    return badRequest(
      `${silence_token === undefined ? "allow_inner" : "silence_token"}: only together with silence_at`,
    );
  const inner = allow_inner ?? known.inner;
  const checked = await checkTarget("silence_at", text, {
    example: "https://alertmanager.example.org",
    allowed: inner ?? [],
  });
  if (checked instanceof Refusal) return checked;
  const { url, notes } = checked;
  if (url.username !== "" || url.search !== "" || url.hash !== "")
    return badRequest(
      "silence_at: the URL must have no user, password or query: silence_token takes USER:PASSWORD, too",
    );
  const token = silence_token?.trim();
  if (token !== undefined && (token.length > MAX_TOKEN || !/^[\x21-\x7e]*$/.test(token)))
    return badRequest("silence_token: expected a token, or USER:PASSWORD, in one line of ASCII");
  const isOther = known.silenceAt !== undefined && new URL(known.silenceAt).origin !== url.origin;
  if (isOther && token === undefined && known.silenceToken !== undefined)
    return badRequest("silence_token: name the token for the new URL; the old one isn't sent there");
  return {
    source: {
      silenceAt: url.href.replace(/\/$/, ""),
      silenceToken: token === "" ? undefined : (token ?? known.silenceToken),
      inner,
    },
    notes,
  };
}

/** Returns which posts a hook expects. @param known which it expects now */
export function expectationOf(
  given: Given,
  known: HookExpectation = NO_EXPECTATION,
): HookExpectation | Refusal {
  const { expect_every, grace, quiet = known.quiet } = given;
  const isNew = expect_every !== undefined && expect_every !== NEVER;
  const expectMs = isNew ? durationIn(expect_every) : expect_every === NEVER ? undefined : known.expectMs;
  if (isNew && !isBetween(expectMs, EXPECTED.least))
    return badRequest(
      `expect_every: expected a duration from 1m to 366d such as 25h, or ${NEVER}, not ${JSON.stringify(expect_every)}`,
    );
  if (expectMs === undefined)
    return grace === undefined
      ? { ...NO_EXPECTATION, quiet }
      : badRequest("grace: only together with expect_every");
  const graceMs = grace === undefined ? (known.graceMs ?? EXPECTED.grace) : durationIn(grace);
  if (!isBetween(graceMs, 1))
    return badRequest(`grace: expected a duration such as 1h, at most 366d, not ${JSON.stringify(grace)}`);
  return { expectMs, graceMs, quiet };
}

/** Begins, changes or stops the expectation of posts, inside a transaction. @param hook the hook's id */
export function expectPosts(
  { records, running }: Pick<Context, "records" | "running">,
  hook: string,
  wanted: HookExpectation,
): void {
  const now = Date.now();
  const { heartbeats } = records;
  // While the component is down, nobody can post.
  if (running === undefined && heartbeats.runningUntil() === undefined) heartbeats.runs(now);
  if (wanted.expectMs === undefined) heartbeats.stop(hook, now);
  else heartbeats.expect(hook, now);
}

function isBetween(ms: number | undefined, least: number): boolean {
  return ms !== undefined && ms >= least && ms <= EXPECTED.most;
}
