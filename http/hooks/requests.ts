/** Serves posts to webhooks, and queries for their messages. The path alone permits posts, so logs never contain it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "winston";
import { HookFault } from "../../component/hooks/fault.js";
import { AUTO, formatOf } from "../../component/hooks/formats/formats.js";
import { slack } from "../../component/hooks/formats/slack.js";
import type { Hook, Hooks, Post } from "../../component/hooks/hooks.js";
import type { MemoryGuard } from "../../component/limits/memory-guard.js";
import { badRequest, Errcode, Refusal, refuse } from "../../component/refusal.js";
import type { Bodies } from "../body.js";
import { HOOK, type CallLog, type CallOutcome, type Entry } from "../call-log.js";
import type { Callers } from "../callers.js";
import type { Calls, Handler } from "../calls.js";
import { send, type ApiResponse } from "../api-response.js";
import { accepted, toRefusal, NO_HOOK, NO_MESSAGE, refused, statusAnswer, wrongMethod } from "./answers.js";
import { contentOf, keyOf, payloadOf, signedContent } from "./payload.js";
import { inBackground } from "../../component/background.js";

/** Hooks without its private members, so that tests can replace it. */
export type HooksApi = Omit<Hooks, "outcomeOf">;

export interface HookRequestsOptions {
  readonly hooks: HooksApi;
  readonly callers: Pick<Callers, "addressOf">;
  readonly bodies: Bodies;
  /** Runs posts so that the component waits for them when it stops. */
  readonly calls: Pick<Calls, "during">;
  readonly memory: Pick<MemoryGuard, "isShort">;
  readonly records: CallLog;
  readonly log: Logger;
}

export const HOOKS_PATH = "/hooks/";
/** A webhook's URL: id, secret and, in queries for delivery, the message's id. */
const ADDRESS = /^\/hooks\/([\w-]{1,64})\/([\w-]{1,128})(?:\/messages\/([\w.:-]{1,64}))?\/?(?:\?|$)/;
const UNKNOWN = new Refusal(Errcode.caller, "there is no such hook, or the secret is wrong");
const SHORT = new HookFault("unavailable", "memory is short; nothing was sent, try again later");
const UNSIGNED = new HookFault("signature", "the post isn't signed with this hook's key; nothing was sent");

interface Done {
  readonly answer: ApiResponse;
  readonly outcome: CallOutcome;
}

export class HookRequests {
  readonly #options: HookRequestsOptions;

  constructor(options: HookRequestsOptions) {
    this.#options = options;
  }

  readonly handle: Handler = (request, response) =>
    inBackground(this.#serve(request, response), "a post to a hook", this.#options.log);

  /** Whether a request's URL has the secret of a hook. */
  isKnown({ url = "" }: IncomingMessage): boolean {
    const [, id = "", secret = ""] = ADDRESS.exec(url) ?? [];
    return this.#options.hooks.find(id, secret) !== undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { callers, log, records } = this.#options;
    const entry = records.begin(HOOK, request, callers.addressOf(request));
    let done: Done | "aborted";
    try {
      done = await this.#answer(request, entry);
    } catch (error) {
      log.error("A post to a hook failed", { request: entry.id, error });
      done = failure(new HookFault("unavailable", "internal error; nothing was sent"), false);
    }
    if (done !== "aborted") send(response, done.answer, entry.id);
    records.end(entry, done === "aborted" ? done : done.outcome);
  }

  async #answer(request: IncomingMessage, entry: Entry): Promise<Done | "aborted"> {
    const { hooks, calls } = this.#options;
    const [, id = "", secret = "", message] = ADDRESS.exec(request.url ?? "") ?? [];
    const hook = hooks.find(id, secret);
    if (hook === undefined) return { answer: NO_HOOK, outcome: UNKNOWN };
    entry.caller = hook.name;
    if (message !== undefined) return this.#sendStatus(request, hook, message);
    if (request.method !== "POST" && request.method !== "PUT") return wrong("POST, PUT");
    const post = await this.#read(request, hook, entry);
    if (post === "aborted") return post;
    const isFault = post instanceof HookFault;
    if (isFault) hooks.countRefused(hook, post);
    const outcome = isFault ? post : await calls.during(() => hooks.receive(hook, post));
    const isSlack = hook.format === slack.name || (hook.format === AUTO && !isFault && isSlackPost(post));
    if (outcome instanceof HookFault) return failure(outcome, isSlack);
    if (outcome instanceof Refusal) return failure(new HookFault("unavailable", outcome.message), isSlack);
    const { delivery } = outcome;
    return { answer: accepted(outcome, isSlack), outcome: delivery === "stored" ? {} : { delivery } };
  }

  /** Reads a post within the hook's limits, checks its signature, and parses it. */
  async #read(request: IncomingMessage, hook: Hook, entry: Entry): Promise<Post | HookFault | "aborted"> {
    const { hooks, memory } = this.#options;
    const excess = memory.isShort ? SHORT : hooks.rates.refuse(hook);
    if (excess !== undefined) return retryableFor(request, excess);
    const body = await this.#body(request, hook);
    if (body === "aborted" || body instanceof HookFault) return body;
    hooks.rates.charge(hook, { bytes: body.length });
    entry.scope = () => ({ senders: [{ id: hook.from.text }], rooms: [{ id: hook.to.text }] });
    const { headers } = request;
    const { signatureKey: key, format } = hook;
    const content = key === undefined ? contentOf(headers, body) : signedContent(headers, body, key);
    if (content === undefined) return UNSIGNED;
    const posted = payloadOf(headers, content, format === "text");
    if (posted instanceof HookFault) return posted;
    return { posted, key: keyOf(headers), body: content.bytes, request: entry.id };
  }

  #sendStatus(request: IncomingMessage, hook: Hook, message: string): Done {
    if (request.method !== "GET" && request.method !== "HEAD") return wrong("GET");
    const status = this.#options.hooks.statusOf(hook, message);
    if (status !== undefined) return { answer: statusAnswer(message, status), outcome: {} };
    return {
      answer: NO_MESSAGE,
      outcome: refuse.notFound("there is no such message, or it is older than a day"),
    };
  }

  async #body(request: IncomingMessage, hook: Hook): Promise<Buffer | HookFault | "aborted"> {
    const { bodies, hooks } = this.#options;
    const most = hooks.mostBytes(hook);
    const where = hook.limits.bodyBytes === undefined ? "hooks.body_bytes" : "hook set";
    const tooLarge = new HookFault("large", `the post has more than the ${most} bytes allowed (${where})`);
    if (Number(request.headers["content-length"]) > most) return tooLarge;
    const body = await bodies.read(request, `${HOOK} ${hook.name}`, true);
    if (body instanceof Refusal) {
      return new HookFault(body.errcode === Errcode.unavailable ? "unavailable" : "large", body.message);
    }
    return body !== "aborted" && body.length > most ? tooLarge : body;
  }
}

function isSlackPost({ posted }: Post): boolean {
  const format = formatOf(posted, AUTO);
  return !(format instanceof HookFault) && format.name === slack.name;
}

/** Changes status 429 to 503 for Alertmanager, which retries only after statuses of 500 and above. */
function retryableFor({ headers }: IncomingMessage, fault: HookFault): HookFault {
  const isAlertmanager = headers["user-agent"]?.startsWith("Alertmanager/") === true;
  return isAlertmanager && fault.kind === "fast"
    ? new HookFault("unavailable", fault.message, fault.retryAfter)
    : fault;
}

function failure(fault: HookFault, isSlack: boolean): Done {
  return { answer: refused(fault, isSlack), outcome: toRefusal(fault) };
}

function wrong(allowed: string): Done {
  return {
    answer: wrongMethod(allowed),
    outcome: badRequest(`the address takes ${allowed}`),
  };
}
