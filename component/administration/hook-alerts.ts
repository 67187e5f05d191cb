/** What incoming webhooks want of their alerts: the arguments of operations, and their stored form. */
import type { AlertOptions } from "../../storage/hooks-store.js";

/** The options of a hook for which none is given. */
export const NO_OPTIONS: AlertOptions = {
  silenceAt: undefined,
  silenceToken: undefined,
  inner: undefined,
  steps: undefined,
  stepsFrom: undefined,
  mention: undefined,
  expectEvery: undefined,
  grace: undefined,
  quiet: false,
};

export function optionsOf(known: AlertOptions = NO_OPTIONS): AlertOptions {
  const { silenceAt, silenceToken, inner, steps, stepsFrom, mention, expectEvery, grace, quiet } = known;
  return { silenceAt, silenceToken, inner, steps, stepsFrom, mention, expectEvery, grace, quiet };
}
