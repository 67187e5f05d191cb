/**
 * What is noted of each call and each post to a webhook: a line in the log, without message texts and secrets; the
 * duration for the metrics; counts and the last refusals for administrators.
 */
import type { Accepted } from "../component/hooks/post.js";
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Counter, Histogram } from "prom-client";
import type { Logger } from "winston";
import type { CallCounts } from "../component/administration/context.js";
import type { Metrics } from "../component/metrics.js";
import { Errcode, Refusal, type Blame } from "../component/refusal.js";
import { counted, elided, quoted } from "../component/wording.js";
import { addressText, type CallResult, type CallScope, type NamedAddress } from "./endpoint.js";

/** A running call, with the fields that the log contains. */
export interface CallLogEntry {
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

/** What the log says of a call, or of a post to a webhook. */
export type LoggedOutcome = CallOutcome | { readonly delivery: Accepted["delivery"] };

/** Replaces an endpoint's name in the log and in metrics if the request is a post to a webhook. */
export const HOOK_CALL = "hook";
export const CALL_SECONDS = "qtalk_call_seconds";

/** Matches request ids from callers that are safe to log. Other ids are replaced. */
const USABLE = /^[\w.:-]{1,64}$/;
const RADIX = 36;
const MAX_REASON = 300;
const MAX_REFUSED = 100;
/** The maximum number of callers and webhooks for which calls are counted. */
const MAX_NAMES = 10_000;
/** How often it is logged that clients had gone, in milliseconds. */
const GONE_MS = 60_000;

export class CallLog implements CallCounts {
  /** When counting began, in milliseconds since 1970. */
  readonly since = Date.now();
  /** A random prefix, so that ids stay unique when the process restarts. */
  readonly #prefix = randomBytes(4).toString("hex");
  #ids = 0;
  /** The counts, with the keys "caller NAME" and "hook NAME". */
  readonly #use = new Map<string, { calls: number; refused: number; lastAt: number | undefined }>();
  #refused: CallCounts["refused"][number][] = [];
  readonly #seconds;
  readonly #unavailable;
  readonly #gone;
  /** How many clients had gone since that was last logged, and when that was, in milliseconds of performance.now(). */
  #unlogged = 0;
  #loggedAt = -Infinity;

  constructor(
    metrics: Metrics,
    private readonly log: Logger,
  ) {
    this.#seconds = new Histogram({
      name: CALL_SECONDS,
      help: "Duration of calls of the HTTP interface, from request to response",
      labelNames: ["endpoint", "errcode"] as const,
      buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers: [metrics.registry],
    });
    this.#unavailable = new Counter({
      name: "qtalk_calls_unavailable_total",
      help: "Calls refused with errcode 5: over a rate limit (rate), as a room or receiver elsewhere didn't answer or take it (receiver), or for reasons of the component (here)",
      labelNames: ["reason"] as const,
      registers: [metrics.registry],
    });
    this.#gone = new Counter({
      name: "qtalk_requests_gone_total",
      help: "Requests that weren't served, as their clients had gone: they wait too short, or ask more than this machine can do",
      registers: [metrics.registry],
    });
    for (const reason of ["rate", "receiver", "here"] satisfies Blame[]) this.#unavailable.inc({ reason }, 0);
  }

  /** The last hundred refused calls, newest first. */
  get refused(): CallCounts["refused"] {
    return this.#refused.slice(-MAX_REFUSED).reverse();
  }

  /** Returns how many calls of a caller, or posts to a webhook, there were, refused ones included. */
  useOf(kind: "caller" | "hook", name: string): ReturnType<CallCounts["useOf"]> {
    return this.#use.get(`${kind} ${name}`) ?? { calls: 0, refused: 0, lastAt: undefined };
  }

  begin(endpoint: string, request: IncomingMessage, address: string): CallLogEntry {
    const given = request.headers["x-request-id"];
    const usable = typeof given === "string" && USABLE.test(given);
    const id = usable ? given : `${this.#prefix}-${(++this.#ids).toString(RADIX)}`;
    return { id, endpoint, address, method: request.method ?? "", started: performance.now() };
  }

  end(entry: CallLogEntry, outcome: LoggedOutcome): void {
    const ms = performance.now() - entry.started;
    const { endpoint, caller } = entry;
    const refusal = outcome instanceof Refusal ? outcome : undefined;
    if (outcome !== "aborted") this.#seconds.observe({ endpoint, errcode: refusal?.errcode ?? 0 }, ms / 1000);
    if (caller !== undefined)
      this.countUse(endpoint === HOOK_CALL ? "hook" : "caller", caller, refusal !== undefined);
    if (refusal !== undefined) this.#keep(entry, refusal);
    const level = refusal?.errcode === Errcode.caller ? "warn" : "info";
    if (!this.log.isLevelEnabled(level)) return;
    const { id, address } = entry;
    const reason = refusal === undefined ? "" : `: ${reasonOf(refusal)}`;
    this.log.log(level, `${lineOf(entry, outcome)} in ${ms.toFixed(1)} ms${reason}`, {
      request: id,
      address,
    });
  }

  /** Notes that a client had gone before its request was served: nothing of it was carried out. */
  noteGone(): void {
    this.#gone.inc();
    this.#unlogged += 1;
    const now = performance.now();
    if (now - this.#loggedAt < GONE_MS) return;
    this.log.warn(
      `${counted(this.#unlogged, "client")} had gone before the request was served, and nothing of it was carried out: ` +
        "clients wait too short, or ask more than this machine can do (qtalk_requests_gone_total)",
    );
    this.#loggedAt = now;
    this.#unlogged = 0;
  }

  /** Counts a call of a caller, or a post to a webhook, which may be a mail. */
  countUse(kind: "caller" | "hook", name: string, isRefused: boolean): void {
    const key = `${kind} ${name}`;
    let use = this.#use.get(key);
    if (use === undefined) {
      if (this.#use.size >= MAX_NAMES) return;
      use = { calls: 0, refused: 0, lastAt: undefined };
      this.#use.set(key, use);
    }
    use.calls += 1;
    if (isRefused) use.refused += 1;
    use.lastAt = Date.now();
  }

  #keep({ id: request, endpoint, caller, address }: CallLogEntry, refusal: Refusal): void {
    const { errcode } = refusal;
    if (errcode === Errcode.unavailable) this.#unavailable.inc({ reason: refusal.blame });
    this.#refused.push({
      at: Date.now(),
      endpoint,
      caller,
      address,
      errcode,
      reason: reasonOf(refusal),
      request,
    });
    // The array is cut only at twice the length, because cutting copies the array.
    if (this.#refused.length >= 2 * MAX_REFUSED) this.#refused = this.#refused.slice(-MAX_REFUSED);
  }
}

/** Returns a refusal's reason for operators, which may have more detail than the message for callers. */
function reasonOf({ message, detail = message }: Refusal): string {
  return elided(detail, MAX_REASON);
}

function lineOf(
  { method, endpoint, caller = "unknown", scope, items }: CallLogEntry,
  outcome: LoggedOutcome,
): string {
  const { senders, rooms } = scope?.() ?? { senders: [], rooms: [] };
  const who = `${method} ${endpoint} by ${caller}${listed(" as ", senders)}${listed(" in ", rooms)}`;
  if (outcome === "aborted") return `${who}: aborted by the caller before its request was complete,`;
  if (outcome instanceof Refusal) return `${who}: refused (errcode ${outcome.errcode})`;
  const what = items === undefined ? "" : `${counted(items, "item")} `;
  return `${who}: ${what}${outcome.delivery ?? "done"}`;
}

function listed(word: string, all: readonly NamedAddress[]): string {
  const [first] = all;
  if (first === undefined) return "";
  const others = new Set(all.map((named) => `${named.id}@${named.host ?? ""}`)).size - 1;
  return `${word}${quoted(addressText(first))}${others > 0 ? ` and ${others} more` : ""}`;
}
