/** Requests to the console's API. If one fails, a Fault is thrown. */
/** @import { Described, ErrorBody, Row, Session } from "./types.js" */
import { t } from "./texts.js";

const API = "/console/api/";

/** The error of a failed request. Its message is for the user. */
export class Fault extends Error {
  /**
   * @param {string} code the error code of the API, or "network" if the component can't be reached
   * @param {string} message
   * @param {string} [field] the name of the invalid field
   */
  constructor(code, message, field) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/** @type {(() => void) | undefined} */
let onLogin;

/** Sets the function that is called when the session has ended. @param {() => void} listener */
export function whenLoggedOut(listener) {
  onLogin = listener;
}

/** Reads the session. @returns {Promise<Session>} */
export function session() {
  return request("session");
}

/** Returns whether the visitor is logged in or needs no login. @param {Session} answered */
export function isIn({ access, operator }) {
  return access === "open" || operator !== null;
}

/** @type {Promise<readonly Described[]> | undefined} */
let described;

/** Reads the declarations of all operations, once. */
export function operations() {
  described ??= request("operations").then(
    (/** @type {{ operations: readonly Described[] }} */ answer) => answer.operations,
    (/** @type {unknown} */ error) => {
      described = undefined;
      throw error;
    },
  );
  return described;
}

/** @param {string} path the path below /console/api/ @param {object} body @returns {Promise<Row>} */
export function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/**
 * Sends a request. If the session has ended, calls the listener.
 * @template T
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<T>} the response's JSON
 */
export async function request(path, init) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(API + path, init);
  } catch {
    throw new Fault("network", t("noAnswer"));
  }
  /** @type {unknown} */
  const body = await response.json().catch(() => ({}));
  const answer = /** @type {T & ErrorBody} */ (body);
  if (response.ok) return answer;
  const {
    code = "fault",
    message = t("unexpected", { error: String(response.status) }),
    field,
  } = answer.error ?? {};
  const wait = response.headers.get("Retry-After");
  const advice = wait === null ? "" : ` ${t("tryAgainIn", { n: wait })}`;
  if (code === "login" && path !== "login") onLogin?.();
  throw new Fault(code, message + advice, field);
}
