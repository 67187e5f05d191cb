/** Makes example requests with the host and domain of this component. */
import type { Route } from "../endpoint.js";

/** The names that replace qtalk.test.org and conference.qtalk.test.org in examples. */
export interface ExampleNames {
  /** The host of users. */
  readonly host: string;
  /** The domain of rooms. */
  readonly domain: string;
}

/** Returns the example arguments of an endpoint. @param names undefined: the names aren't replaced */
export function exampleOf({ example }: Pick<Route, "example">, names: ExampleNames | undefined): object {
  if (names === undefined) return example;
  const text = JSON.stringify(example).replace(/(conference\.)?qtalk\.test\.org/g, (_, room?: string) =>
    room === undefined ? names.host : names.domain,
  );
  return JSON.parse(text) as object;
}
