/** The access log: one line for each call, never with a message's text or a secret. */
import { counted } from "../component/wording.js";
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Logger } from "winston";
import { Errcode, Refusal } from "../component/refusal.js";
import { addressText, type CallResult, type CallScope, type NamedAddress } from "./endpoint.js";

/** A running call, with the fields that the log contains. */
export interface Entry {
  /** The request's id: the caller's X-Request-Id, or a new id. The response repeats it in X-Request-Id. */
  readonly id: string;
  readonly endpoint: string;
  readonly address: string;
  readonly method: string;
  /** When the request's head arrived, in milliseconds of performance.now(). */
  readonly started: number;
  /** The caller's name; absent until the caller is identified. */
  caller?: string;
  scope?: () => CallScope;
  /** The length of the call's list of messages, receivers or members; absent if the call has no list. */
  items?: number;
}

/** The result of a call; "aborted" if the caller disconnected before the request was complete. */
export type CallOutcome = CallResult | Refusal | "aborted";

/** Matches request ids from callers that are safe to log. Other ids are replaced. */
const USABLE = /^[\w.:-]{1,64}$/;
const RADIX = 36;
/** The maximum length of a refusal's reason in the log, in characters. */
const REASON = 300;

/** Is notified of every call that has ended. */
export interface CallObserver {
  note(entry: Entry, outcome: CallOutcome): void;
}

export class AccessLog {
  readonly #log: Logger;
  readonly #observer: CallObserver | undefined;
  /** A random prefix, so that ids stay unique when the process restarts. */
  readonly #prefix = randomBytes(4).toString("hex");
  #count = 0;

  constructor(log: Logger, observer?: CallObserver) {
    this.#log = log;
    this.#observer = observer;
  }

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

/** Returns a refusal's reason for operators, which may have more detail than the message for callers. */
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

function listed(word: string, all: readonly NamedAddress[]): string {
  const [first] = all;
  if (first === undefined) return "";
  const others = new Set(all.map((named) => `${named.id}@${named.host ?? ""}`)).size - 1;
  return `${word}${JSON.stringify(addressText(first).slice(0, 80))}${others > 0 ? ` and ${others} more` : ""}`;
}
