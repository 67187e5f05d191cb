/** Serves posts to webhooks, and queries for their messages. The path alone permits posts, so logs never contain it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Response } from "express";
import { HookFault } from "../../component/hooks/fault.js";
import { textOf } from "../../component/hooks/formats/fields.js";
import { AUTO, SUFFIXES } from "../../component/hooks/formats/formats.js";
import { isPicture } from "../../component/hooks/files/file-kind.js";
import type { Hook } from "../../component/hooks/hook.js";
import type { Hooks, Post } from "../../component/hooks/hooks.js";
import type { Accepted } from "../../component/hooks/post.js";
import type { HeldBytes } from "../../component/hooks/post-bytes.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { Denied, retryAfter, send, UNTRUSTED } from "../api-response.js";
import { HOOK_CALL, type CallLogEntry } from "../call-log.js";
import type { Calls, CallsOptions, CallHandler } from "../calls.js";
import {
  acceptedAnswer,
  alertsAnswer,
  NO_HOOK,
  NO_MESSAGE,
  refusedAnswer,
  statusAnswer,
  wrongMethod,
  type HookAnswer,
} from "./answers.js";
import { jsonOf } from "../json.js";
import type { FoundHook } from "../identity.js";
import { dialectOf, plain } from "./dialects.js";
import { addressIn } from "./address.js";
import { capture } from "./capturing.js";
import {
  beatOf,
  hasToken,
  hideTopic,
  isSequenced,
  payloadOf,
  postContentOf,
  postKeyOf,
  queriedBody,
  signedContent,
  unpacked,
} from "./payload.js";
import { inBackground } from "../../component/background.js";

/** Hooks without its private members, so that tests can replace it. */
export type HooksApi = Omit<
  Hooks,
  "outcomeOf" | "links" | "byId" | "heartbeats" | "all" | "raise" | "captures" | "files" | "start" | "stop"
> & {
  readonly captures: Pick<Hooks["captures"], "keep">;
  readonly links: Pick<Hooks["links"], "find">;
  readonly files: Pick<Hooks["files"], "find">;
};

export interface HookRequestsOptions extends Pick<
  CallsOptions,
  "identity" | "bodies" | "memory" | "records" | "log"
> {
  readonly hooks: HooksApi;
  /** Runs posts so that the component waits for them when it stops. */
  readonly calls: Pick<Calls, "during">;
}

/** The hook that a request is for, and what the search for it has read. */
interface Found extends FoundHook {
  /** The body, if it had to be read to find the hook, and the topic in it, which may be the hook's secret. */
  readonly body?: Buffer;
  readonly topic?: string;
}

/** A request for a hook that was found. */
interface Asked extends Found {
  readonly held: HeldBytes;
}

/** The id of a sequence of messages in the path, as in posts to ntfy's server: an id's messages are one, and corrected. */
const SEQUENCE = /^(?!messages$)([\w-]{1,64})(\/clear|\/read)?$/;
const NO_CLEARING = new HookFault(
  "payload",
  "nobody's notifications can be cleared from here: DELETE this path without its last part to retract the message",
);
/** A message, by its id or by the program's key. */
const MESSAGE = /^messages\/([\w.:-]{1,64})$/;
const ALERTS = "alerts";
const EMPTY = new HookFault("empty", "the post has no text");
/** The largest body in which a hook's secret is looked for, in bytes: ntfy's own limit for JSON is 8 KiB. */
const TOPIC_BYTES = 16 * 1024;
const SHORT = new HookFault("unavailable", "memory is short; nothing was sent, try again later");
const NO_FILE = plain(404, "There is no such file any more.\n");
/** The account of requests whose hook isn't known yet. */
const STRANGER = `${HOOK_CALL} unknown`;
const KNOWN_SUFFIXES = [...SUFFIXES.keys()].map((suffix) => `/${suffix}`).join(", ");
const UNKNOWN_SUFFIX = new HookFault(
  "suffix",
  `nothing is served below a hook's URL but ${KNOWN_SUFFIXES}, /messages/KEY (1 to 64 letters, digits, ".", ":", "_", "-") and /alerts; post to the URL itself`,
);
const UNSIGNED = new HookFault("signature", "the post isn't signed with this hook's key; nothing was sent");

export class HookRequests {
  constructor(private readonly options: HookRequestsOptions) {}

  /** Redirects to the URL to which a short link in a message leads. */
  readonly follow = (id: string, response: Response): void => {
    const url = this.options.hooks.links.find(id);
    response.set("Referrer-Policy", "no-referrer");
    if (url === undefined)
      response.status(404).type("text").send("There is no such link, or it is older than 30 days.\n");
    else response.redirect(302, url);
  };

  /** Sends a file of a post. Browsers show pictures, and only save other files: anybody may have written them. */
  readonly sendFile = (id: string, response: Response): void => {
    const { memory, hooks } = this.options;
    const isShort = memory.isShort();
    const file = isShort ? undefined : hooks.files.find(id);
    if (file === undefined) {
      const found = isShort ? plain(503, `${SHORT.message}\n`) : NO_FILE;
      response.writeHead(found.status, [...found.headers, ...retryAfter(found.status)]).end(found.text);
      return;
    }
    response.set({
      ...UNTRUSTED,
      "Content-Type": file.type,
      "Cache-Control": "private, max-age=31536000, immutable",
      ...(isPicture(file.type) ? {} : { "Content-Disposition": "attachment" }),
    });
    response.send(file.bytes);
  };

  readonly handle: CallHandler = (request, response) =>
    inBackground(this.#serve(request, response), "a post to a hook", this.options.log);

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { identity, log, records } = this.options;
    const entry = records.begin(HOOK_CALL, request, identity.addressOf(request));
    let answer: HookAnswer | "aborted";
    try {
      answer = await this.#answer(request, entry);
    } catch (error) {
      log.error("A post to a hook failed", { request: entry.id, error });
      answer = refusedAnswer(new HookFault("unavailable", "internal error; nothing was sent"));
    }
    if (answer !== "aborted") send(response, answer.response, entry.id);
    records.end(entry, answer === "aborted" ? answer : answer.outcome);
  }

  async #answer(request: IncomingMessage, entry: CallLogEntry): Promise<HookAnswer | "aborted"> {
    const named = this.options.identity.identify("hook", request);
    const found = named instanceof Denied ? await this.#byTopic(request) : named;
    if (found === undefined) return NO_HOOK;
    if (found === "aborted") return found;
    const held = this.options.hooks.bytes.begin(found.hook);
    try {
      return await this.#answerOf(request, { ...found, held }, entry);
    } finally {
      held.end();
    }
  }

  async #answerOf(
    request: IncomingMessage,
    found: Asked,
    entry: CallLogEntry,
  ): Promise<HookAnswer | "aborted"> {
    const { hooks, calls } = this.options;
    const { method = "" } = request;
    const { hook, suffix } = found;
    entry.caller = hook.name;
    const [, message] = MESSAGE.exec(suffix) ?? [];
    const isRead = /^(?:GET|HEAD)$/.test(method);
    if (message !== undefined && isRead) return statusAnswer(hooks.statusOf(hook, message));
    if (message !== undefined)
      return /^(?:PUT|DELETE)$/.test(method)
        ? await this.#change(request, found, { key: message }, entry)
        : wrongMethod("GET, PUT, DELETE");
    if (suffix === ALERTS) return isRead ? this.#alerts(request, hook) : wrongMethod("GET");
    if (suffix !== "" && !SUFFIXES.has(suffix)) {
      const key = sequenceIn(found, method);
      return key instanceof HookFault
        ? refusedAnswer(key, key === NO_CLEARING ? "ntfy" : undefined)
        : await this.#change(request, found, { key, dialect: "ntfy" }, entry);
    }
    const isBeat = hook.expectation.expectMs !== undefined && suffix === "" && isRead;
    const queried = method === "GET" && !isBeat ? queriedBody(request.url, found) : undefined;
    if (!isBeat && queried === undefined && !/^(?:POST|PUT)$/.test(method)) return wrongMethod("POST, PUT");
    const post = isBeat
      ? this.#refuseBeat(hook)
      : await this.#read(request, queried === undefined ? found : { ...found, body: queried }, entry);
    if (post === "aborted") return post;
    const isFault = post instanceof HookFault;
    if (isFault) hooks.countRefused(hook, post);
    const accept = (accepted: Post | "beat"): Promise<Accepted | HookFault> =>
      accepted === "beat" ? hooks.beat(hook, beatOf(request.url)) : hooks.receive(hook, accepted);
    const outcome = isFault ? post : await calls.during(() => accept(post));
    const posted = isFault || post === "beat" ? undefined : post.posted;
    const dialect = dialectOf(hook, suffix, posted);
    if (outcome instanceof HookFault) return refusedAnswer(outcome, dialect);
    if (outcome instanceof Refusal)
      return refusedAnswer(new HookFault("unavailable", outcome.message), dialect);
    return acceptedAnswer(outcome, dialect, { hook: hook.id, posted });
  }

  /**
   * Makes, corrects or retracts the message with this key.
   * @param dialect "ntfy": the key is the id of a sequence in the path, as in posts to ntfy's server
   */
  async #change(
    request: IncomingMessage,
    found: Asked,
    { key, dialect }: { readonly key: string; readonly dialect?: "ntfy" },
    entry: CallLogEntry,
  ): Promise<HookAnswer | "aborted"> {
    const { hooks, calls } = this.options;
    const { hook } = found;
    const isRemoval = request.method === "DELETE";
    const post = isRemoval
      ? this.#refuseBare(request, hook)
      : await this.#read(request, { ...found, suffix: "" }, entry);
    if (post === "aborted") return post;
    if (post === "beat") return refusedAnswer(EMPTY, dialect);
    if (post instanceof HookFault) {
      hooks.countRefused(hook, post);
      return refusedAnswer(post, dialect);
    }
    if (dialect === "ntfy" && post !== undefined && !isSequenced(post.posted))
      return refusedAnswer(UNKNOWN_SUFFIX);
    const outcome = await calls.during(() =>
      post === undefined ? hooks.retract(hook, key, entry.id) : hooks.receive(hook, { ...post, name: key }),
    );
    if (outcome === undefined) return NO_MESSAGE;
    if (outcome instanceof HookFault) return refusedAnswer(outcome, dialect);
    if (outcome instanceof Refusal)
      return refusedAnswer(new HookFault("unavailable", outcome.message), dialect);
    return acceptedAnswer({ ...outcome, key }, dialect, { hook: hook.id, posted: post?.posted, isRemoval });
  }

  /** Answers with the open alerts of a hook. */
  #alerts(request: IncomingMessage, hook: Hook): HookAnswer {
    const fault = this.#refuseBare(request, hook);
    if (fault !== undefined) return refusedAnswer(fault);
    const query = new URLSearchParams((request.url ?? "").replace(/^[^?]*/, ""));
    const key = query.get("alert") ?? undefined;
    const after = query.get("after") ?? "0";
    if (!/^\d{1,15}$/.test(after))
      return refusedAnswer(new HookFault("payload", "after: give the next of the page before"));
    return alertsAnswer(this.options.hooks.alertsOf(hook, { key, after: Number(after) }));
  }

  /** Refuses a request without a body. Only a body can be signed, so a hook with a key takes the key itself. */
  #refuseBare({ headers }: IncomingMessage, hook: Hook): HookFault | undefined {
    const { signatureKey: key } = hook;
    if (key !== undefined && !hasToken(headers, key)) return UNSIGNED;
    return this.options.hooks.rates.refuse(hook);
  }

  /**
   * Returns the hook that the topic of a post to ntfy's server names, in JSON: to `/hooks/ID`, the topic is the secret; to
   * the root, with the secret as access token, it is the id.
   */
  async #byTopic(request: IncomingMessage): Promise<Found | "aborted" | undefined> {
    const { hooks, bodies } = this.options;
    const address = addressIn(request);
    const { "content-length": length, "content-type": type = "" } = request.headers;
    const isJson = /^application\/json\b/i.test(type) && Number(length) <= TOPIC_BYTES;
    if (address?.suffix !== "" || request.method === "GET" || !isJson) return undefined;
    const [token] = address.secrets;
    if ((address.id === "") !== (token !== undefined)) return undefined;
    const body = await bodies.read(request, STRANGER);
    if (!(body instanceof Buffer)) return body === "aborted" ? body : undefined;
    const json = jsonOf(body);
    if (json instanceof Refusal) return undefined;
    const topic = textOf(json.raw, "topic");
    const hook = token === undefined ? hooks.find(address.id, topic) : hooks.find(topic, token);
    return hook && { hook, suffix: "", body, topic };
  }

  /** Reads a post within the hook's limits, checks its signature, and parses it. */
  async #read(
    request: IncomingMessage,
    found: Asked,
    entry: CallLogEntry,
  ): Promise<Post | HookFault | "aborted" | "beat"> {
    const { hook, suffix, body: known, topic } = found;
    const { hooks, memory } = this.options;
    const excess = memory.isShort() ? SHORT : hooks.rates.refuse(hook);
    if (excess !== undefined) return retryableFor(request, excess);
    const body = known ?? (await this.#body(request, found));
    if (body === "aborted" || body instanceof HookFault) return body;
    hooks.rates.charge(hook, { bytes: body.length });
    capture(hooks, request, { ...found, body });
    entry.scope = () => ({
      senders: [{ field: "as", id: hook.from.text }],
      rooms: [{ field: "to", id: hook.to.text }],
    });
    const { headers, url = "" } = request;
    const { signatureKey: key, format } = hook;
    const signed = key === undefined ? postContentOf(headers, body) : signedContent(headers, body, key);
    if (signed === undefined) return UNSIGNED;
    const content = await unpacked(headers, signed, (ms) => hooks.rates.charge(hook, { ms }), hook.id);
    if (content instanceof HookFault) return content;
    if (body.length === 0 && hook.expectation.expectMs !== undefined) return "beat";
    const query = url.includes("?") ? new URLSearchParams(url.slice(url.indexOf("?"))) : undefined;
    const place = { ...(suffix !== "" && { suffix }), ...(query && { query }) };
    const posted = payloadOf(headers, content, format === "text", place);
    if (posted instanceof HookFault) return posted;
    // The topic may be the hook's secret, which no template must say.
    if (topic !== undefined) hideTopic(posted, hook.id);
    return { posted, key: postKeyOf(headers), body: content.bytes, request: entry.id };
  }

  /** Refuses a GET request that says whether a program runs; only a body can be signed. */
  #refuseBeat(hook: Hook): HookFault | "beat" {
    if (hook.signatureKey !== undefined) return UNSIGNED;
    return this.options.hooks.rates.refuse(hook) ?? "beat";
  }

  async #body(request: IncomingMessage, { hook, held }: Asked): Promise<Buffer | HookFault | "aborted"> {
    const { bodies, hooks } = this.options;
    const most = hooks.mostBytes(hook);
    const where = hook.limits.bodyBytes === undefined ? "hooks.body_bytes" : "hook set";
    const tooLarge = new HookFault("large", `the post has more than the ${most} bytes allowed (${where})`);
    const announced = Number(request.headers["content-length"] ?? 0);
    if (announced > most) return tooLarge;
    const body =
      held.refuse(announced) ??
      (await bodies.read(request, `${HOOK_CALL} ${hook.name}`, { gzip: true, take: held.take }));
    if (body instanceof Refusal) {
      return new HookFault(body.errcode === Errcode.unavailable ? "unavailable" : "large", body.message);
    }
    return body !== "aborted" && body.length > most ? tooLarge : body;
  }
}

/** Returns the id of a sequence in the path, or why it is none. */
function sequenceIn({ hook, suffix }: Found, method: string): string | HookFault {
  const [, key, clearing] = SEQUENCE.exec(suffix) ?? [];
  const isFor = [AUTO, "ntfy", "text"].includes(hook.format) && /^(?:POST|PUT|DELETE)$/.test(method);
  if (key === undefined || !isFor) return UNKNOWN_SUFFIX;
  return clearing === undefined ? key : NO_CLEARING;
}

/** Changes status 429 to 503 for Alertmanager, which retries only after statuses of 500 and above. */
function retryableFor({ headers }: IncomingMessage, fault: HookFault): HookFault {
  const isAlertmanager = headers["user-agent"]?.startsWith("Alertmanager/") === true;
  return isAlertmanager && fault.kind === "fast"
    ? new HookFault("unavailable", fault.message, fault.retryAfter)
    : fault;
}
