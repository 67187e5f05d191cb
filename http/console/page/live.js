/**
 * Receives the last hour's points and the current state by Server-Sent Events, and reconnects when the stream breaks.
 */
/** @import { Point, State } from "./types.js" */
import { isIn, session } from "./api.js";

/** @typedef {"connecting" | "live" | "lost" | "full"} Connection */

const URL = "/console/api/events";
const MOST = 720;
/** Milliseconds. Browsers don't reconnect by themselves after a refused stream. */
const RETRY_DELAY = 5000;

export class Live extends EventTarget {
  /** @type {Point[]} Oldest first. */
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

  /** Browsers don't reveal why a stream was refused: the session may have ended. */
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

/**
 * @param {MessageEvent<unknown>} event
 * @returns {unknown}
 */
function dataOf(event) {
  return JSON.parse(String(event.data));
}
