/** What a benchmark is. One file each, and a line in benchmarks.ts. */
import type { Stage } from "./stage.js";
import type { Line, Table } from "./table.js";

export interface Benchmark {
  readonly name: string;
  /** What it does, in one line. */
  readonly about: string;
  /** It compares with nobody and has a table of its own: it runs only where it is named. */
  readonly isAside?: true;
  /**
   * @returns lines of the common table, or a table of its own
   * @throws Error whose message says in a sentence what went wrong
   */
  run(stage: Stage): Promise<readonly Line[] | Table>;
}
