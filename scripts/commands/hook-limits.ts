/** `hook limit`: how many posts in a second, and how long ones, a single hook takes. */
import type { Command } from "commander";
import type { HookLimits } from "../../storage/hooks-store.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { configured } from "./configured.js";
import { configOf, withHook, type Flags } from "./hook-named.js";
import { SECTIONS, type HookConfig } from "./hook-parts.js";

export interface LimitFlags {
  readonly rate?: string;
  readonly bodyBytes?: string;
}

/** For whoever wants none of its own any more. */
const DEFAULT = "default";
/** As hooks.rate and hooks.body_bytes. */
const LEAST = { rate: 0.1, bodyBytes: 1024 };

export const LIMIT_OPTIONS = {
  rate: ["--rate <posts>", "how many posts it takes in a second (default: hooks.rate)"],
  bodyBytes: ["--body-bytes <bytes>", "the longest post that it takes (default: hooks.body_bytes)"],
} as const;

export function addLimit(hook: Command): void {
  configured(hook.command("limit"), SECTIONS)
    .description(`change how much a hook takes; "${DEFAULT}" is what the configuration says of all`)
    .argument("<name>", "the hook's")
    .option(...LIMIT_OPTIONS.rate)
    .option(...LIMIT_OPTIONS.bodyBytes)
    .action(limit);
}

async function limit(name: string, options: Flags & LimitFlags): Promise<void> {
  if (options.rate === undefined && options.bodyBytes === undefined) {
    throw new Failure("Name what to change: --rate, --body-bytes or both.", ExitCode.usage);
  }
  const config = configOf(options);
  await withHook(name, config, ({ id, limits }, hooks) => {
    const wanted = { ...limits, ...given(options, config) };
    hooks.setLimits(id, wanted);
    const { rate = config.hooks.rate, bodyBytes = config.hooks.body_bytes } = wanted;
    say(`The hook ${name} takes ${rate} posts a second, of ${bodyBytes} bytes at most, from now on.`);
  });
}

/** What a new hook takes. @throws Failure for what is no such number */
export function limitsIn(flags: LimitFlags, config: HookConfig): HookLimits {
  return { rate: undefined, bodyBytes: undefined, ...given(flags, config) };
}

/** Those that are a hook's own, for people. */
export function limitsText({ rate, bodyBytes }: HookLimits): string[] {
  return [
    ...(rate === undefined ? [] : [`${rate}/s`]),
    ...(bodyBytes === undefined ? [] : [`${bodyBytes} bytes`]),
  ];
}

function given({ rate, bodyBytes }: LimitFlags, { http }: HookConfig): Partial<HookLimits> {
  return {
    ...(rate !== undefined && { rate: numberIn(rate, "--rate", LEAST.rate) }),
    ...(bodyBytes !== undefined && {
      bodyBytes: bytesIn(numberIn(bodyBytes, "--body-bytes", LEAST.bodyBytes), http.body_limit),
    }),
  };
}

function numberIn(text: string, option: string, least: number): number | undefined {
  if (text === DEFAULT) return undefined;
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number) && number >= least) return number;
  throw new Failure(
    `${option}: expected a number, ${least} or more, or "${DEFAULT}", not ${JSON.stringify(text)}.`,
    ExitCode.usage,
  );
}

function bytesIn(bytes: number | undefined, most: number): number | undefined {
  if (bytes === undefined || (Number.isInteger(bytes) && bytes <= most)) return bytes;
  throw new Failure(
    `--body-bytes: expected a whole number, ${most} (http.body_limit) or less, not ${bytes}.`,
    ExitCode.usage,
  );
}
