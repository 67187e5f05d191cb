import type { Child } from "./dom.js";
import type { Live } from "./live.js";

export interface ScreenContext {
  /** The second part of the URL's fragment, such as a room's address; "" if there is none. */
  readonly named: string;
  readonly live: Live;
  /** Aborted when another screen opens. */
  readonly signal: AbortSignal;
  /** The screen's heading, whose text a screen may replace. */
  readonly heading: HTMLElement;
}

/** Loads a screen's content. @throws Fault if a request to the API fails */
export type Screen = (context: ScreenContext) => Promise<Child | readonly Child[]> | Child | readonly Child[];
