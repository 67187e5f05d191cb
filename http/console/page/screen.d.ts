import type { Child } from "./dom.js";
import type { Live } from "./live.js";

export interface ScreenContext {
  /** The address's second part, such as a room; "" if there is none. */
  readonly named: string;
  readonly live: Live;
  /** Aborted when another screen opens. */
  readonly signal: AbortSignal;
  /** The screen's heading; a screen may replace its text. */
  readonly heading: HTMLElement;
}

/** Loads a screen's content. @throws Fault */
export type Screen = (context: ScreenContext) => Promise<Child | readonly Child[]> | Child | readonly Child[];
