/**
 * What the server tells by itself, by Server-Sent Events: the last hour's points, and how things stand. Where the
 * stream breaks it is opened again, and says so.
 */
/** @import { Point, State } from "./types.js" */
import { isIn, session } from "./api.js";

/** @typedef {"connecting" | "live" | "lost" | "crowd"} Connection */

const URL = "/console/api/events";
const MOST = 720;
/** Milliseconds; a browser doesn't come back by itself to a server that refused or ended a stream. */
const AGAIN = 5000;

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

  /** @param {() => void} onLogin called where the session has ended */
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
      this.points = /** @type {{ points: Point[] }} */ (told(event)).points;
      this.#become("live");
      this.#tell("points");
    });
    source.addEventListener("point", (event) => {
      this.points.push(/** @type {Point} */ (told(event)));
      this.points.splice(0, this.points.length - MOST);
      this.#tell("points");
    });
    source.addEventListener("state", (event) => {
      this.state = /** @type {State} */ (told(event));
      this.#become("live");
      this.#tell("state");
    });
    source.addEventListener("end", (event) => {
      const { reason } = /** @type {{ reason: string }} */ (told(event));
      this.close();
      this.#become(reason === "crowd" ? "crowd" : "lost");
      if (reason === "login") this.#onLogin();
      else this.#again();
    });
    source.addEventListener("error", () => {
      this.#become("lost");
      if (source.readyState === EventSource.CLOSED) this.#again();
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }

  #again() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), AGAIN);
  }

  /** A browser doesn't tell why a stream was refused: the session may have ended. */
  async #ask() {
    try {
      if (isIn(await session())) this.#connect();
      else this.#onLogin();
    } catch {
      this.#again();
    }
  }

  /** @param {Connection} connection */
  #become(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    this.#tell("connection");
  }

  /** @param {"points" | "state" | "connection"} what */
  #tell(what) {
    this.dispatchEvent(new Event(what));
  }
}

/**
 * @param {MessageEvent<unknown>} event
 * @returns {unknown}
 */
function told(event) {
  return JSON.parse(String(event.data));
}
