/**
 * Logs one line for each call: caller, endpoint, number of items, result, reason, duration, and the request's id, which
 * the response has in X-Request-Id. The line never contains a message's text or a secret.
 */
import { counted } from "../component/counted.js";
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Logger } from "winston";
import { Errcode, Refusal } from "../component/refusal.js";
import type { CallResult, CallScope, NamedAddress } from "./endpoint.js";

/** A running call. */
export interface Entry {
  /** The request's id. */
  readonly id: string;
  readonly endpoint: string;
  /** The caller's IP address. */
  readonly address: string;
  readonly method: string;
  /** When the request's head arrived, in milliseconds of performance.now(). */
  readonly started: number;
  /** The caller's name; absent until the caller is identified. */
  caller?: string;
  /** Returns the users and rooms that the call is about; absent until the arguments are parsed. */
  scope?: () => CallScope;
  /** How many messages, receivers or members the call's list has; absent if the call has no list. */
  items?: number;
}

/** How a call ended; "aborted" if the caller closed the connection before the request was complete. */
export type CallOutcome = CallResult | Refusal | "aborted";

/** The request ids (X-Request-Id) that are accepted from callers, as they are safe to log. */
const USABLE = /^[\w.:-]{1,64}$/;
/** The base of the numbers in the ids that this process makes. */
const RADIX = 36;
/** The most characters of a refusal's reason in the log. */
const REASON = 300;

/** An observer that is notified of every call that has ended. */
export interface CallObserver {
  note(entry: Entry, outcome: CallOutcome): void;
}

export class AccessLog {
  readonly #log: Logger;
  readonly #observer: CallObserver | undefined;
  /** The prefix of the ids that this process makes; it differs in each process. */
  readonly #prefix = randomBytes(4).toString("hex");
  #count = 0;

  constructor(log: Logger, observer?: CallObserver) {
    this.#log = log;
    this.#observer = observer;
  }

  /** Begins the log entry of a call, with the caller's request id or a new one. */
  begin(endpoint: string, request: IncomingMessage, address: string): Entry {
    const given = request.headers["x-request-id"];
    const usable = typeof given === "string" && USABLE.test(given);
    const id = usable ? given : `${this.#prefix}-${(++this.#count).toString(RADIX)}`;
    return { id, endpoint, address, method: request.method ?? "", started: performance.now() };
  }

  /** Logs a call that has ended. @param ms the call's duration, in milliseconds */
  end(entry: Entry, outcome: CallOutcome, ms: number): void {
    this.#observer?.note(entry, outcome);
    const isDenied = outcome instanceof Refusal && outcome.errcode === Errcode.caller;
    const level = isDenied ? "warn" : "info";
    if (!this.#log.isLevelEnabled(level)) return;
    const { id, endpoint, address, method, caller = "unknown", scope } = entry;
    const scoped = scope === undefined ? "" : scopeText(scope());
    const line = `${method} ${endpoint} by ${caller}${scoped}: ${resultOf(entry, outcome)} in ${ms.toFixed(1)} ms`;
    const reason = outcome instanceof Refusal ? `: ${reasonOf(outcome)}` : "";
    this.#log.log(level, line + reason, { request: id, address });
  }
}

/** Returns a refusal's reason for operators, which may have more detail than the reason for callers. */
export function reasonOf({ message, detail = message }: Refusal): string {
  return detail.slice(0, REASON);
}

function resultOf({ items }: Entry, outcome: CallOutcome): string {
  if (outcome === "aborted") return "aborted by the caller before its request was complete,";
  if (outcome instanceof Refusal) return `refused (errcode ${outcome.errcode})`;
  const what = items === undefined ? "" : `${counted(items, "item")} `;
  return `${what}${outcome.delivery ?? "done"}`;
}

function scopeText({ senders, rooms }: CallScope): string {
  return `${listed(" as ", senders)}${listed(" in ", rooms)}`;
}

/** Returns the first address, and how many others there are. */
function listed(word: string, all: readonly NamedAddress[]): string {
  const [first] = all;
  if (first === undefined) return "";
  const { id, host } = first;
  const text = host === undefined || id.includes("@") ? id : `${id}@${host}`;
  const others = new Set(all.map((named) => `${named.id}@${named.host ?? ""}`)).size - 1;
  return `${word}${JSON.stringify(text.slice(0, 80))}${others > 0 ? ` and ${others} more` : ""}`;
}
