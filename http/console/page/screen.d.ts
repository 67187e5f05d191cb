import type { Child } from "./dom.js";
import type { Live } from "./live.js";

export interface ScreenContext {
  /** What the address names beside the screen, such as a room; "" where it names nothing. */
  readonly named: string;
  readonly live: Live;
  /** Aborted when another screen comes. */
  readonly signal: AbortSignal;
  /** The screen's heading, for those that know a better name. */
  readonly heading: HTMLElement;
}

/** Reads what it shows, and gives it. @throws Fault */
export type Screen = (context: ScreenContext) => Promise<Child | readonly Child[]> | Child | readonly Child[];
