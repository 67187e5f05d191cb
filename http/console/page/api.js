/** Requests to the console's API. If one fails, a Fault is thrown. */
/** @import { DescribedOperation, ErrorBody, Row } from "./types.js" */
import { t } from "./texts.js";

const API = "/console/api/";
/** The window's event when the session has ended. */
export const LOGGED_OUT = "qtalk-logged-out";

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

/** The declarations of all operations, by name. @type {ReadonlyMap<string, DescribedOperation>} */
let declared = new Map();

export async function readOperations() {
  /** @type {{ operations: readonly DescribedOperation[] }} */
  const { operations } = await request("operations");
  declared = new Map(operations.map((each) => [each.name, each]));
}

/** Returns an operation's declaration. @param {string} name */
export function described(name) {
  const found = declared.get(name);
  if (found === undefined) throw new Error(`there is no operation ${name}`);
  return found;
}

/**
 * Runs an operation.
 * @param {string} name such as "hook add"
 * @param {object} [given]
 */
export function run(name, given = {}) {
  return post(name.replace(" ", "/"), given);
}

/** @param {string} path the path below /console/api/ @param {object} body @returns {Promise<Row>} */
export function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/**
 * @template T
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<T>} the response's JSON
 */
export async function request(path, init) {
  const response = await fetch(API + path, init).catch(() => {
    throw new Fault("network", t("noAnswer"));
  });
  /** @type {unknown} */
  const body = await response.json().catch(() => ({}));
  const answer = /** @type {T & ErrorBody} */ (body);
  if (response.ok) return answer;
  const unexpected = t("unexpected", { error: String(response.status) });
  const { code = "fault", message = unexpected, field } = answer.error ?? {};
  const wait = response.headers.get("Retry-After");
  const advice = wait === null ? "" : ` ${t("tryAgainIn", { n: wait })}`;
  if (code === "login" && path !== "login") dispatchEvent(new Event(LOGGED_OUT));
  throw new Fault(code, message + advice, field);
}
