/** Example requests with this component's host and domain. */
import type { Route } from "../endpoint.js";

/** The names that replace those of the interface's document. */
export interface ExampleNames {
  /** The users' host. */
  readonly host: string;
  /** The rooms' domain. */
  readonly domain: string;
}

/** The example arguments of an endpoint. @param names undefined: those of the document stay */
export function exampleOf({ example }: Pick<Route, "example">, names: ExampleNames | undefined): object {
  if (names === undefined) return example;
  const text = JSON.stringify(example).replace(/(conference\.)?qtalk\.test\.org/g, (_, room?: string) =>
    room === undefined ? names.host : names.domain,
  );
  return JSON.parse(text) as object;
}
