/** Example requests with this component's host and domain. */
import type { Route } from "../endpoint.js";

export interface ExampleNames {
  /** Replaces qtalk.test.org. */
  readonly host: string;
  /** Replaces conference.qtalk.test.org. */
  readonly domain: string;
}

/** Returns an endpoint's example. @param names undefined: the names aren't replaced */
export function exampleOf({ example }: Pick<Route, "example">, names: ExampleNames | undefined): object {
  if (names === undefined) return example;
  const text = JSON.stringify(example).replace(/(conference\.)?qtalk\.test\.org/g, (_, room?: string) =>
    room === undefined ? names.host : names.domain,
  );
  return JSON.parse(text) as object;
}
