/**
 * Shortens what a failed assertion compared. Mocha's workers send it to the main process whole, with everything that it
 * refers to, and lose all results of the test file if this is too large. Loaded by .mocharc.cjs.
 */
import { inspect } from "node:util";
import Mocha from "mocha";

const MAX_CHARACTERS = 20_000;

interface Compared {
  actual?: unknown;
  expected?: unknown;
}

const { prototype } = Mocha.Runner as unknown as {
  prototype: { fail: (this: unknown, test: unknown, error: Compared, ...rest: unknown[]) => unknown };
};
const { fail } = prototype;

prototype.fail = function (test, error, ...rest) {
  for (const side of ["actual", "expected"] as const) {
    const value = error[side];
    if (typeof value === "object" && value !== null)
      error[side] = inspect(value, { depth: 6, maxArrayLength: 200, sorted: true }).slice(0, MAX_CHARACTERS);
  }
  return fail.call(this, test, error, ...rest);
};
