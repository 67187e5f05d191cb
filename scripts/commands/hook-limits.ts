/** The limits of one incoming webhook: options of `hook add` and `hook set`. */
import type { HookLimits } from "../../storage/hooks-store.js";
import { usageFailure } from "../failure.js";
import type { HookConfig } from "./hook-parts.js";

export interface LimitFlags {
  readonly rate?: string;
  readonly bodyBytes?: string;
}

/** The value of an option that restores the configured default. */
export const DEFAULT = "default";
/** The lowest allowed limits, the same as for hooks.rate (in posts per second) and hooks.body_bytes (in bytes). */
const LEAST = { rate: 0.1, bodyBytes: 1024 };

export const LIMIT_OPTIONS = {
  rate: ["--rate <posts>", "maximum posts per second (default: hooks.rate)"],
  bodyBytes: ["--body-bytes <bytes>", "maximum size of a post in bytes (default: hooks.body_bytes)"],
} as const;

/** Returns a hook's own limits as texts, such as "2/s". */
export function limitsText({ rate, bodyBytes }: HookLimits): string[] {
  return [
    ...(rate === undefined ? [] : [`${rate}/s`]),
    ...(bodyBytes === undefined ? [] : [`${bodyBytes} bytes`]),
  ];
}

/** Returns the limits in the options; undefined for "default". @throws Failure for invalid numbers */
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
  throw usageFailure(
    `${option}: expected a number, ${least} or more, or "${DEFAULT}", not ${JSON.stringify(text)}.`,
  );
}

function bytesIn(bytes: number | undefined, most: number): number | undefined {
  if (bytes === undefined || (Number.isInteger(bytes) && bytes <= most)) return bytes;
  throw usageFailure(
    `--body-bytes: expected a whole number, ${most} (http.body_limit) or less, not ${bytes}.`,
  );
}
