/** How many posts in a second, and how long ones, a single hook takes: options of `hook add` and `hook set`. */
import type { HookLimits } from "../../storage/hooks-store.js";
import { ExitCode, Failure } from "../failure.js";
import type { HookConfig } from "./hook-parts.js";

export interface LimitFlags {
  readonly rate?: string;
  readonly bodyBytes?: string;
}

/** For whoever wants none of its own any more. */
export const DEFAULT = "default";
/** As hooks.rate and hooks.body_bytes. */
const LEAST = { rate: 0.1, bodyBytes: 1024 };

export const LIMIT_OPTIONS = {
  rate: ["--rate <posts>", "how many posts it takes in a second (default: hooks.rate)"],
  bodyBytes: ["--body-bytes <bytes>", "the longest post that it takes (default: hooks.body_bytes)"],
} as const;

/** What a new hook takes. @throws Failure for what is no such number */
export function limitsIn(flags: LimitFlags, config: HookConfig): HookLimits {
  return { rate: undefined, bodyBytes: undefined, ...givenLimits(flags, config) };
}

/** Those that are a hook's own, for people. */
export function limitsText({ rate, bodyBytes }: HookLimits): string[] {
  return [
    ...(rate === undefined ? [] : [`${rate}/s`]),
    ...(bodyBytes === undefined ? [] : [`${bodyBytes} bytes`]),
  ];
}

/** Those that are named. @throws Failure for what is no such number */
export function givenLimits({ rate, bodyBytes }: LimitFlags, { http }: HookConfig): Partial<HookLimits> {
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
