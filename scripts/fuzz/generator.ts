/** A kind of hostility; generators.ts lists them all. */
import type fc from "fast-check";
import type { Step } from "./case.js";

export interface Generator {
  readonly name: string;
  readonly steps: fc.Arbitrary<readonly Step[]>;
}
