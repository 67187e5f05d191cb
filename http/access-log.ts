/**
 * A line a call: who did what, to how many, what came of it and why, how long it took, and the request's id that its
 * answer carries, too. Never a message's text, never a secret.
 */
import { counted } from "../component/counted.js";
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Logger } from "winston";
import { Errcode, Refusal } from "../component/refusal.js";
import type { CallResult, CallScope, NamedAddress } from "./endpoint.js";

/** A call on its way. */
export interface Entry {
  readonly id: string;
  readonly endpoint: string;
  readonly address: string;
  readonly method: string;
  readonly started: number;
  /** Set once it is known. */
  caller?: string;
  /** Set once the arguments are read. */
  scope?: () => CallScope;
  /** How many messages, receivers or members it is about; set where it has a list of them. */
  items?: number;
}

/** What became of a call; `aborted` where the caller went away before it was complete. */
export type Outcome = CallResult | Refusal | "aborted";

/** A caller's own id is kept where it can do no harm in a log. */
const USABLE = /^[\w.:-]{1,64}$/;
/** Ids in base 36. */
const RADIX = 36;
/** The most characters of a refusal's reason. */
const REASON = 300;

/** What else hears of every call that is over. */
export interface CallObserver {
  note(entry: Entry, outcome: Outcome): void;
}

export class AccessLog {
  readonly #log: Logger;
  readonly #observer: CallObserver | undefined;
  /** Tells this process's ids from those of the one before. */
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

  end(entry: Entry, outcome: Outcome, ms: number): void {
    this.#observer?.note(entry, outcome);
    const isDenied = outcome instanceof Refusal && outcome.errcode === Errcode.caller;
    const level = isDenied ? "warn" : "info";
    if (!this.#log.isLevelEnabled(level)) return;
    const { id, endpoint, address, method, caller = "unknown", scope } = entry;
    const scoped = scope === undefined ? "" : told(scope());
    const line = `${method} ${endpoint} by ${caller}${scoped}: ${resultOf(entry, outcome)} in ${ms.toFixed(1)} ms`;
    const reason = outcome instanceof Refusal ? `: ${reasonOf(outcome)}` : "";
    this.#log.log(level, line + reason, { request: id, address });
  }
}

/** What operators are told. */
export function reasonOf({ message, detail = message }: Refusal): string {
  return detail.slice(0, REASON);
}

function resultOf({ items }: Entry, outcome: Outcome): string {
  if (outcome === "aborted") return "the caller went away before its request was complete,";
  if (outcome instanceof Refusal) return `refused (errcode ${outcome.errcode})`;
  const what = items === undefined ? "" : `${counted(items, "item")} `;
  return `${what}${outcome.delivery ?? "done"}`;
}

function told({ senders, rooms }: CallScope): string {
  return `${listed(" as ", senders)}${listed(" in ", rooms)}`;
}

/** The first of them, and how many more. */
function listed(word: string, all: readonly NamedAddress[]): string {
  const [first] = all;
  if (first === undefined) return "";
  const { id, host } = first;
  const text = host === undefined || id.includes("@") ? id : `${id}@${host}`;
  const others = new Set(all.map((named) => `${named.id}@${named.host ?? ""}`)).size - 1;
  return `${word}${JSON.stringify(text.slice(0, 80))}${others > 0 ? ` and ${others} more` : ""}`;
}
