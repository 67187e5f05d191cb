/** Serves posts to webhooks, and queries for their messages. The path alone permits posts, so logs never contain it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { HookFault } from "../../component/hooks/fault.js";
import { AUTO, formatOf } from "../../component/hooks/formats/formats.js";
import { slack } from "../../component/hooks/formats/slack.js";
import type { Hook, Hooks, Post } from "../../component/hooks/hooks.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { send } from "../api-response.js";
import { HOOK, type Entry } from "../call-log.js";
import type { Callers } from "../callers.js";
import type { Calls, CallsOptions, Handler } from "../calls.js";
import { accepted, NO_HOOK, refused, statusAnswer, wrongMethod, type Answer } from "./answers.js";
import { contentOf, keyOf, payloadOf, signedContent } from "./payload.js";
import { inBackground } from "../../component/background.js";

/** Hooks without its private members, so that tests can replace it. */
export type HooksApi = Omit<Hooks, "outcomeOf">;

export interface HookRequestsOptions extends Pick<CallsOptions, "bodies" | "memory" | "records" | "log"> {
  readonly hooks: HooksApi;
  readonly callers: Pick<Callers, "addressOf">;
  /** Runs posts so that the component waits for them when it stops. */
  readonly calls: Pick<Calls, "during">;
}

export const HOOKS_PATH = "/hooks/";
/** A webhook's URL: id, secret and, in queries for delivery, the message's id. */
const ADDRESS = /^\/hooks\/([\w-]{1,64})\/([\w-]{1,128})(?:\/messages\/([\w.:-]{1,64}))?\/?(?:\?|$)/;
const SHORT = new HookFault("unavailable", "memory is short; nothing was sent, try again later");
const UNSIGNED = new HookFault("signature", "the post isn't signed with this hook's key; nothing was sent");

export class HookRequests {
  constructor(private readonly options: HookRequestsOptions) {}

  readonly handle: Handler = (request, response) =>
    inBackground(this.#serve(request, response), "a post to a hook", this.options.log);

  /** Whether a request's URL has the secret of a hook. */
  isKnown({ url = "" }: IncomingMessage): boolean {
    const [, id = "", secret = ""] = ADDRESS.exec(url) ?? [];
    return this.options.hooks.find(id, secret) !== undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { callers, log, records } = this.options;
    const entry = records.begin(HOOK, request, callers.addressOf(request));
    let answer: Answer | "aborted";
    try {
      answer = await this.#answer(request, entry);
    } catch (error) {
      log.error("A post to a hook failed", { request: entry.id, error });
      answer = refused(new HookFault("unavailable", "internal error; nothing was sent"), false);
    }
    if (answer !== "aborted") send(response, answer.response, entry.id);
    records.end(entry, answer === "aborted" ? answer : answer.outcome);
  }

  async #answer(request: IncomingMessage, entry: Entry): Promise<Answer | "aborted"> {
    const { hooks, calls } = this.options;
    const { url = "", method = "" } = request;
    const [, id = "", secret = "", message] = ADDRESS.exec(url) ?? [];
    const hook = hooks.find(id, secret);
    if (hook === undefined) return NO_HOOK;
    entry.caller = hook.name;
    if (message !== undefined)
      return /^(?:GET|HEAD)$/.test(method)
        ? statusAnswer(message, hooks.statusOf(hook, message))
        : wrongMethod("GET");
    if (!/^(?:POST|PUT)$/.test(method)) return wrongMethod("POST, PUT");
    const post = await this.#read(request, hook, entry);
    if (post === "aborted") return post;
    const isFault = post instanceof HookFault;
    if (isFault) hooks.countRefused(hook, post);
    const outcome = isFault ? post : await calls.during(() => hooks.receive(hook, post));
    const isSlack = hook.format === slack.name || (hook.format === AUTO && !isFault && isSlackPost(post));
    if (outcome instanceof HookFault) return refused(outcome, isSlack);
    if (outcome instanceof Refusal) return refused(new HookFault("unavailable", outcome.message), isSlack);
    return accepted(outcome, isSlack);
  }

  /** Reads a post within the hook's limits, checks its signature, and parses it. */
  async #read(request: IncomingMessage, hook: Hook, entry: Entry): Promise<Post | HookFault | "aborted"> {
    const { hooks, memory } = this.options;
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

  async #body(request: IncomingMessage, hook: Hook): Promise<Buffer | HookFault | "aborted"> {
    const { bodies, hooks } = this.options;
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
