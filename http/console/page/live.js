/** Loads the points of the last hour and the component's state every five seconds. */
/** @import { LiveState, Point, State } from "./types.js" */
import { request } from "./api.js";

/** How many points are kept: those of one hour. */
const MAX_POINTS = 720;
/** The pause between two requests, in milliseconds. */
const PAUSE_MS = 5000;

/** The live data. Emits "change" after each request. */
export class Live extends EventTarget {
  /** The points of the last hour, oldest first. @type {readonly Point[]} */
  points = [];
  /** @type {State | undefined} */
  state;
  /** @type {"connecting" | "live" | "lost"} */
  connection = "connecting";
  #isOpen = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  open() {
    this.close();
    this.#isOpen = true;
    void this.#load();
  }

  close() {
    this.#isOpen = false;
    clearTimeout(this.#timer);
  }

  async #load() {
    try {
      /** @type {LiveState} */
      const { isWhole, points, state } = await request(`live?after=${this.points.at(-1)?.at ?? 0}`);
      this.points = [...(isWhole ? [] : this.points), ...points].slice(-MAX_POINTS);
      this.state = state;
      this.connection = "live";
    } catch {
      this.connection = "lost";
    }
    this.dispatchEvent(new Event("change"));
    if (this.#isOpen) this.#timer = setTimeout(() => void this.#load(), PAUSE_MS);
  }
}
