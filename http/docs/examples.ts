/** Endpoints' examples as they can be tried here. */
import type { Route } from "../endpoint.js";

/** Replaces the interface document's own names in the examples. */
export interface ExampleNames {
  /** Of users. */
  readonly host: string;
  /** Of rooms. */
  readonly domain: string;
}

/** Arguments to try it with. @param names absent: the document's own */
export function exampleOf({ example }: Pick<Route, "example">, names: ExampleNames | undefined): object {
  if (names === undefined) return example;
  const text = JSON.stringify(example).replace(/(conference\.)?qtalk\.test\.org/g, (_, room?: string) =>
    room === undefined ? names.host : names.domain,
  );
  return JSON.parse(text) as object;
}
