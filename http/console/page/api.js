/** Calls the console's API. A failed request throws a Fault with the server's message. */
/** @import { Done, ErrorBody, Session } from "./types.js" */
import { t } from "./texts.js";

const API = "/console/api/";

/** Why a request failed; its message is for the reader. */
export class Fault extends Error {
  /**
   * @param {string} code the server's, or "network"
   * @param {string} message
   * @param {string} [field] the input at fault
   */
  constructor(code, message, field) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/** @type {string | null} */
let csrf = null;
/** @type {(() => void) | undefined} */
let onLogin;

/**
 * Sets what is called when the session has ended.
 * @param {() => void} listener
 */
export function whenLoggedOut(listener) {
  onLogin = listener;
}

/** @returns {Promise<Session>} */
export async function session() {
  return keep(await request("session"));
}

/**
 * Whether the visitor is logged in, or needn't log in.
 * @param {Session} answered
 */
export function isIn({ access, operator }) {
  return access === "open" || operator !== null;
}

/**
 * @param {string} token
 * @returns {Promise<Session>}
 */
export async function logIn(token) {
  return keep(await request("login", postOf({ token })));
}

/** @returns {Promise<void>} */
export async function logOut() {
  await post("logout", {});
}

/**
 * @template T what the server answers
 * @param {string} path below the API
 * @param {Readonly<Record<string, string | null | undefined>>} [query] null and empty values are omitted
 * @returns {Promise<T>}
 */
export async function get(path, query = {}) {
  const given = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const search = given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
  return await request(path + search);
}

/**
 * Sends a change. If the component was restarted and doesn't know the CSRF token, gets a new one and tries again.
 * @param {string} path below the API
 * @param {object} body
 * @returns {Promise<Done>}
 */
export async function post(path, body) {
  try {
    return await request(path, postOf(body));
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "csrf") throw error;
    await session();
    return await request(path, postOf(body));
  }
}

/**
 * @param {Session} answered
 * @returns {Session}
 */
function keep(answered) {
  csrf = answered.csrf;
  return answered;
}

/**
 * @param {object} body
 * @returns {RequestInit}
 */
function postOf(body) {
  const headers = { "Content-Type": "application/json", ...(csrf !== null && { "X-CSRF-Token": csrf }) };
  return { method: "POST", headers, body: JSON.stringify(body) };
}

/**
 * @template T
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<T>}
 */
async function request(path, init) {
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
