/** How much a run of the benchmarks does. */
export interface Extent {
  /** How often each contestant has its turn; medians are shown. */
  readonly rounds: number;
  /** How long a turn lasts, where it is bounded by time. */
  readonly seconds: number;
  /** Whether everything is small: to see whether it runs, not to measure. */
  readonly quick: boolean;
}
