/** Receives the points of the last hour and the component's state by Server-Sent Events, and reconnects. */
/** @import { Point, State } from "./types.js" */
import { isIn, session } from "./api.js";

/**
 * @typedef {"connecting" | "live" | "lost" | "full"} Connection "full": the component has too many streams
 */

const URL = "/console/api/events";
/** How many points are kept: those of one hour. */
const MOST = 720;
/** The pause before reconnecting, in milliseconds. Browsers don't reconnect by themselves after a refused stream. */
const RETRY_DELAY = 5000;

/** The live data. Emits "points", "state" and "connection" when these change. */
export class Live extends EventTarget {
  /** The points of the last hour, oldest first. @type {Point[]} */
  points = [];
  /** @type {State | undefined} */
  state;
  /** @type {Connection} */
  connection = "connecting";
  /** @type {EventSource | undefined} */
  #source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #onLogin;

  /** @param {() => void} onLogin called when the session has ended */
  constructor(onLogin) {
    super();
    this.#onLogin = onLogin;
  }

  open() {
    this.#become("connecting");
    this.#connect();
  }

  #connect() {
    this.close();
    const source = new EventSource(URL);
    this.#source = source;
    source.addEventListener("history", (event) => {
      this.points = /** @type {{ points: Point[] }} */ (dataOf(event)).points;
      this.#become("live");
      this.#emit("points");
    });
    source.addEventListener("point", (event) => {
      this.points.push(/** @type {Point} */ (dataOf(event)));
      this.points.splice(0, this.points.length - MOST);
      this.#emit("points");
    });
    source.addEventListener("state", (event) => {
      this.state = /** @type {State} */ (dataOf(event));
      this.#become("live");
      this.#emit("state");
    });
    source.addEventListener("end", (event) => {
      const { reason } = /** @type {{ reason: string }} */ (dataOf(event));
      this.close();
      this.#become(reason === "full" ? "full" : "lost");
      if (reason === "login") this.#onLogin();
      else this.#reconnect();
    });
    source.addEventListener("error", () => {
      this.#become("lost");
      if (source.readyState === EventSource.CLOSED) this.#reconnect();
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }

  #reconnect() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), RETRY_DELAY);
  }

  /** Reconnects if the session still exists; browsers don't tell the page why a stream was refused. */
  async #ask() {
    try {
      if (isIn(await session())) this.#connect();
      else this.#onLogin();
    } catch {
      this.#reconnect();
    }
  }

  /** @param {Connection} connection */
  #become(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    this.#emit("connection");
  }

  /** @param {"points" | "state" | "connection"} type */
  #emit(type) {
    this.dispatchEvent(new Event(type));
  }
}

/** @param {MessageEvent<unknown>} event @returns {unknown} */
function dataOf(event) {
  return JSON.parse(String(event.data));
}
