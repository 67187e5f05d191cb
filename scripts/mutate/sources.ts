/** Gives a process other sources than those on the disk: a hook of Node's module loader. */
import type { LoadHook } from "node:module";

/** By the files' URLs. */
const sources = new Map<string, string>();

export function initialize(given: Readonly<Record<string, string>>): void {
  for (const [url, source] of Object.entries(given)) sources.set(url, source);
}

export const load: LoadHook = (url, context, nextLoad) => {
  const source = sources.get(url);
  return source === undefined
    ? nextLoad(url, context)
    : { format: "module", source: source, shortCircuit: true };
};
