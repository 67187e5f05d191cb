/** Handles a call: checks method and caller, reads body and arguments, runs the endpoint, responds. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "winston";
import type { LimitsConfig } from "../component/config.js";
import { CallKey, MAX_KEY } from "../component/operations/call-key.js";
import type { EventLoop } from "../component/limits/event-loop.js";
import type { OperationContext } from "../component/operations/context.js";
import type { MemoryGuard } from "../component/limits/memory-guard.js";
import { badRequest, Errcode, Refusal, refuse } from "../component/refusal.js";
import type { Account } from "../storage/unit-of-work.js";
import {
  argumentBytes,
  lengthOf,
  parseArguments,
  queryOf,
  refuseLongList,
  unknownKeys,
  valuesOf,
} from "./arguments.js";
import type { Bodies } from "./body.js";
import type { CallLog, CallOutcome, CallLogEntry } from "./call-log.js";
import type { Identity } from "./identity.js";
import { failureResponse, send, successResponses, type ApiResponse } from "./api-response.js";
import type { CallResult, Route } from "./endpoint.js";
import { jsonOf } from "./json.js";
import { inBackground } from "../component/background.js";

export interface CallsOptions {
  readonly context: OperationContext;
  readonly identity: Identity;
  readonly bodies: Bodies;
  /** The limits of lists, which may change at run time. */
  readonly limits: LimitsConfig;
  readonly memory: Pick<MemoryGuard, "isShort">;
  readonly eventLoop: Pick<EventLoop, "run">;
  readonly records: CallLog;
  readonly log: Logger;
}

export type CallHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Replaces the endpoint's name in the log and in metrics if a request reaches no endpoint. */
const NOWHERE = "unknown";
const STOPPING = new Refusal(Errcode.unavailable, "the service is stopping; nothing was accepted", 5);
const SHORT = refuse.unavailable("memory is short; nothing was accepted, try again later");
const BROKEN = refuse.unavailable("internal error; nothing was accepted");

export class Calls {
  #running = 0;
  #stopping = false;
  #onIdle: (() => void) | undefined;

  constructor(private readonly options: CallsOptions) {}

  handlerOf(route: Route): CallHandler {
    const success = successResponses(route.success);
    return (request, response) =>
      inBackground(
        this.#serve(route, success, request, response),
        `a call of ${route.name}`,
        this.options.log,
      );
  }

  /** Refuses a request whose URL reaches no endpoint or can't be parsed. @param route the endpoint, if known */
  refuse(refusal: Refusal, request: IncomingMessage, response: ServerResponse, route?: Route): void {
    const { identity, records } = this.options;
    const entry = records.begin(route?.name ?? NOWHERE, request, identity.addressOf(request));
    this.#finish(entry, refusal, response, failureResponse(refusal, route));
  }

  /** Refuses new calls, and waits up to `ms` milliseconds for running ones. @returns false if some still run */
  async drain(ms: number): Promise<boolean> {
    this.#stopping = true;
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#running === 0;
  }

  /** Runs work that drain() waits for. Returns a refusal after drain() was called. */
  async during<T>(work: () => T | Promise<T>): Promise<T | Refusal> {
    if (this.#stopping) return STOPPING;
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#onIdle?.();
    }
  }

  async #serve(
    route: Route,
    success: (done: CallResult) => ApiResponse,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { identity, records, log } = this.options;
    const entry = records.begin(route.name, request, identity.addressOf(request));
    let outcome: CallOutcome;
    try {
      outcome = await this.#outcome(route, request, entry);
    } catch (error) {
      log.error(`A call of ${route.name} failed`, { request: entry.id, error });
      outcome = BROKEN;
    }
    if (outcome === "aborted") records.end(entry, outcome);
    else if (outcome instanceof Refusal)
      this.#finish(entry, outcome, response, failureResponse(outcome, route));
    else this.#finish(entry, outcome, response, success(outcome));
  }

  async #outcome(route: Route, request: IncomingMessage, entry: CallLogEntry): Promise<CallOutcome> {
    const { identity, bodies, limits, memory } = this.options;
    const { method = "GET" } = request;
    if (method !== route.method && !(method === "POST" && route.toleratesPost === true)) {
      return badRequest(`${method} is not disable`);
    }
    const caller = identity.identify("call", request);
    if (caller instanceof Refusal) return caller;
    entry.caller = caller.name;
    const refused = memory.isShort() ? SHORT : (caller.admit() ?? caller.refuseEndpoint(route.name));
    if (refused !== undefined) return refused;
    const key = keyOf(request);
    if (key instanceof Refusal) return key;
    const options = { gzip: route.group === "gateway", most: argumentBytes(route, limits) };
    const body = method === "POST" ? await bodies.read(request, caller.name, options) : undefined;
    if (body instanceof Refusal || body === "aborted") return body;
    const raw = rawOf(route, request, body, limits);
    if (raw instanceof Refusal) return raw;
    const tooLong = refuseLongList(route, raw.raw, limits);
    if (tooLong !== undefined) return tooLong;
    const read = parseArguments(route, raw.raw);
    if (read instanceof Refusal) return read;
    this.#note(route.name, raw.raw, read.call, entry);
    const found = route.scope(read.call);
    const scope = found instanceof Promise ? await found : found;
    // The log shows what was judged.
    entry.scope = () => scope;
    const items = lengthOf(route, read.call);
    if (items !== undefined) entry.items = items;
    const denied = caller.refuseScope(entry.scope);
    const { batches } = identity;
    let { call } = read;
    if (denied !== undefined) {
      if (route.judgeEach === undefined || batches === "whole") return denied;
      call = route.judgeEach(call, (scope) => caller.refuseScope(() => scope));
      if (call === undefined) return denied;
    }
    const client = { address: entry.address, refuseEveryone: caller.refuseEveryone };
    const account: Account = { kind: "caller", name: `caller ${caller.name}`, request: entry.id };
    const by: Partial<OperationContext> = {
      account,
      batches,
      request: entry.id,
      ...(key !== undefined && {
        key: new CallKey({ caller: account.name, path: route.path, key, body: body ?? Buffer.alloc(0) }),
      }),
    };
    // Object.assign is ten times as fast here as an object literal with spreads.
    const context = Object.assign({}, this.options.context, by);
    const run = () => route.run(context, call, client);
    return this.during(() => this.options.eventLoop.run(`call ${route.name}`, run, entry.caller));
  }

  #finish(entry: CallLogEntry, outcome: CallOutcome, response: ServerResponse, result: ApiResponse): void {
    if (this.#stopping) response.shouldKeepAlive = false;
    send(response, result, entry.id);
    this.options.records.end(entry, outcome);
  }

  /** Logs unknown keys of a request, such as `system` or `type` from old programs. */
  #note(name: string, raw: unknown, call: unknown, { id }: CallLogEntry): void {
    if (!this.options.log.isDebugEnabled()) return;
    const keys = unknownKeys(raw, call);
    if (keys.length > 0)
      this.options.log.debug(`${name}: ignored unknown keys: ${keys.join(", ")}`, { request: id });
  }
}

function keyOf({ headers }: IncomingMessage): string | Refusal | undefined {
  const key = headers["idempotency-key"];
  if (typeof key !== "string") return undefined;
  return key !== "" && key.length <= MAX_KEY
    ? key
    : badRequest(`Idempotency-Key: ${key.length} characters; expected 1 to ${MAX_KEY}`);
}

/** Returns the unparsed arguments of a call. If a GET endpoint gets a body, query and body are merged. */
function rawOf(
  route: Route,
  request: IncomingMessage,
  body: Buffer | undefined,
  limits: LimitsConfig,
): { readonly raw: unknown } | Refusal {
  const values = valuesOf(route, limits);
  if (route.method === "POST") return jsonOf(body ?? Buffer.alloc(0), values);
  const query = queryOf(request.url ?? "");
  if (body === undefined || body.length === 0) return { raw: query };
  const json = jsonOf(body, values);
  if (json instanceof Refusal || typeof json.raw !== "object" || Array.isArray(json.raw)) return json;
  return { raw: { ...query, ...json.raw } };
}
