/** Incoming webhooks: each post to a hook's secret URL becomes a message of a bot or a user to a room or a user. */
import { hash, timingSafeEqual } from "node:crypto";
import { HookMessages, type HookMessage } from "../../storage/hook-messages.js";
import type { ShortLink } from "../../storage/hook-links.js";
import { HooksStore } from "../../storage/hooks-store.js";
import type { OperationContext } from "../operations/context.js";
import { Refusal } from "../refusal.js";
import type { Alerts } from "./alerts/alerts.js";
import type { AlertTurn } from "./alerts/posts.js";
import type { HookDependencies } from "./dependencies.js";
import { faultOf, HookFault } from "./fault.js";
import { answerOf, outcomeOf, type Delivery, type MessageOutcome } from "./outcome.js";
import { formatOf } from "./formats/formats.js";
import type { AlertReport, Format, Payload } from "./formats/format.js";
import { hookOf, type Hook } from "./hook.js";
import { KeyedTurns } from "./keyed-turns.js";
import { sendPost, type PostMessage, type RemoteRoomsApi } from "./sending.js";
import { HookRates } from "./rates.js";
import { hashOf, newMessageId } from "./secrets.js";
import { ShortLinks } from "./short-links.js";
import { Templates } from "./templates.js";
import { renderPost, type RenderedPost } from "./rendering.js";

export interface HooksDependencies extends HookDependencies {
  readonly context: OperationContext;
  readonly remote: RemoteRoomsApi;
  readonly alerts: Pick<Alerts, "begin" | "sentBy">;
}

/** An HTTP request to a hook. */
export interface Post {
  readonly posted: Payload;
  /** The idempotency key; undefined if the request has none. */
  readonly key: string | undefined;
  readonly body: Buffer;
  /** The id of the request, for the log. */
  readonly request: string;
}

/** The id of an accepted post's message, and what became of it. */
export interface Accepted {
  readonly id: string;
  /** "ignored": the hook says nothing about such posts, so there is no message, and the id is "". */
  readonly delivery: Delivery | "ignored";
}

/** By what a repetition of a post is recognised, and the id of the request. */
interface Repeatable {
  readonly fingerprint: Buffer | undefined;
  readonly request: string;
}

/** Retention of messages, and how long identical posts without a key count as one; in milliseconds. */
const KEPT_MS = { messages: 24 * 3600_000, same: 10 * 60_000 };
/** The hash for hooks that don't exist, so that checking a secret takes as long as for existing hooks. */
const NOBODY = hashOf("");
const DIGEST_BYTES = 16;

export class Hooks {
  readonly rates: Pick<HookRates, "refuse" | "charge">;
  readonly links: Pick<ShortLinks, "find" | "shortener" | "store">;
  readonly #store: HooksStore;
  /** The webhooks by id, so that posts are faster and response times don't reveal whether a hook exists. */
  #known: ReadonlyMap<string, Hook> | undefined;
  readonly #messages: HookMessages;
  /** Turns of posts that are repetitions of each other, and of posts about the same alert. */
  readonly #turns = new KeyedTurns();
  #templates: Promise<Templates> | undefined;

  constructor(private readonly dependencies: HooksDependencies) {
    const { db, config, metrics } = dependencies;
    const store = new HooksStore(db);
    this.#store = store;
    this.#messages = new HookMessages(db);
    this.links = new ShortLinks(dependencies);
    this.rates = new HookRates(config);
    metrics.gaugeOf("qtalk_hooks", "Hooks that programs may post to", () => store.count());
  }

  /** Returns the maximum size of a post to this hook, in bytes. */
  mostBytes({ limits }: Hook): number {
    return limits.bodyBytes ?? this.dependencies.config.body_bytes;
  }

  /** Returns the hook with this id; undefined if no hook has this id or the secret is wrong. */
  find(id: string, secret: string): Hook | undefined {
    const known = this.#hooks.get(id);
    return timingSafeEqual(hashOf(secret), known?.secret ?? NOBODY) ? known : undefined;
  }

  /** Called when webhooks or bots have changed. */
  forget(): void {
    this.#known = undefined;
  }

  /** Returns the hook with this id; undefined if there is none. */
  byId(id: string): Hook | undefined {
    return this.#hooks.get(id);
  }

  /** Returns all hooks, by name. */
  all(): readonly Hook[] {
    return [...this.#hooks.values()];
  }

  /** Says an alert of the component's own, as if a program had posted it. @returns why it could not be said */
  async raise(hook: Hook, alert: AlertReport, text: string): Promise<HookFault | undefined> {
    const said = await this.#send(
      hook,
      { text, reading: { view: {}, alert } },
      { fingerprint: undefined, request: "" },
    );
    return said instanceof HookFault ? said : undefined;
  }

  /** Returns the hook with this name, marked as a test; undefined if there is none. */
  named(name: string): Hook | undefined {
    const known = [...this.#hooks.values()].find((hook) => hook.name === name);
    return known && { ...known, isTest: true };
  }

  countRefused({ format }: Hook, { kind }: HookFault): void {
    this.dependencies.metrics.hookPosts.inc({ format, result: kind });
  }

  async receive(hook: Hook, post: Post): Promise<Accepted | HookFault> {
    const format = formatOf(post.posted, hook.format);
    const outcome = format instanceof HookFault ? format : await this.#receiveAs(format, hook, post);
    const label = format instanceof HookFault ? hook.format : format.name;
    const result = outcome instanceof HookFault ? outcome.kind : outcome.delivery;
    this.dependencies.metrics.hookPosts.inc({ format: label, result });
    return outcome;
  }

  /** Returns what became of a message; undefined if the message is unknown or older than a day. */
  statusOf({ id: hook }: Hook, id: string): MessageOutcome | undefined {
    const message = this.#messages.find(hook, id);
    return message && this.outcomeOf(message);
  }

  outcomeOf(message: HookMessage): MessageOutcome {
    return outcomeOf(message, this.dependencies.context.outbox);
  }

  get #hooks(): ReadonlyMap<string, Hook> {
    return (this.#known ??= new Map(
      this.#store.list().map((stored) => [stored.id, hookOf(stored, this.dependencies)]),
    ));
  }

  async #receiveAs(format: Format, hook: Hook, post: Post): Promise<Accepted | HookFault> {
    const templates = await (this.#templates ??= Templates.load());
    const { limits } = this.dependencies.context;
    const links: ShortLink[] = [];
    const before = process.cpuUsage();
    const wording = renderPost(format, post.posted, {
      templates,
      template: hook.template,
      filters: hook.filters,
      limits,
      shortenUrl: this.links.shortener(links, hook),
    });
    const { user, system } = process.cpuUsage(before);
    this.rates.charge(hook, { ms: (user + system) / 1000 });
    if (wording === "nothing") return { id: "", delivery: "ignored" };
    if (wording instanceof HookFault) return wording;
    await this.links.store(links);
    const fingerprint = hook.isTest === true ? undefined : fingerprintOf(format, post);
    const send = (): Promise<Accepted | HookFault> =>
      this.#send(hook, wording, { fingerprint, request: post.request });
    if (fingerprint === undefined) return await send();
    // A repetition that arrives while the first post is being accepted waits for its result.
    const end = await this.#turns.begin(`post ${hook.id} ${fingerprint.toString("base64")}`);
    try {
      const since = Date.now() - (post.key === undefined ? KEPT_MS.same : KEPT_MS.messages);
      const same = this.#messages.same(hook.id, fingerprint, since);
      return same === undefined ? await send() : answerTo(same.id, this.outcomeOf(same));
    } finally {
      end();
    }
  }

  /** Sends a post. Its alert's turn ends when the post is stored, as the next post has to know what it corrects. */
  async #send(hook: Hook, rendered: RenderedPost, repeatable: Repeatable): Promise<Accepted | HookFault> {
    const { alert } = rendered.reading;
    if (alert === undefined || hook.isTest === true) return await this.#sendNow(hook, rendered, repeatable);
    const turn = await this.dependencies.alerts.begin(hook, { name: digestOf(alert.key), report: alert });
    try {
      const { muted } = turn;
      return muted === undefined
        ? await this.#sendNow(hook, rendered, repeatable, turn)
        : await this.#mute(recordOf(hook, repeatable), muted, () => turn.store(rendered.text));
    } finally {
      turn.end();
    }
  }

  /** Counts a post that isn't said. @param reason why, as a message for operators @param store stores its effect */
  async #mute(
    record: Omit<HookMessage, "id">,
    reason: string,
    store: () => void,
  ): Promise<Accepted | HookFault> {
    const id = newMessageId(record.acceptedAt);
    const message: HookMessage = { ...record, id, outcome: "stored", reason };
    try {
      await this.dependencies.commit.run(() => {
        this.#messages.put(message, record.acceptedAt - KEPT_MS.messages);
        store();
      });
    } catch {
      return new HookFault("unavailable", "the database could not store it; nothing was accepted, try again");
    }
    return { id, delivery: "stored" };
  }

  async #sendNow(
    hook: Hook,
    rendered: RenderedPost,
    repeatable: Repeatable,
    turn?: AlertTurn,
  ): Promise<Accepted | HookFault> {
    const { context, alerts } = this.dependencies;
    const { request } = repeatable;
    const at = Date.now();
    const { text, reading } = rendered;
    const messages =
      turn?.messages(text, reading.image, () => newMessageId(at)) ?? messagesOf(hook, rendered, at);
    const main = messages.find(isMain) ?? messages[0];
    const id = main?.id ?? "";
    const outcome = await sendPost(
      { ...context, account: { kind: "caller", name: `hook ${hook.name}`, request }, request },
      {
        from: hook.from,
        to: hook.to,
        bot: hook.title,
        messages,
        note: (message, sent) => {
          const { call, outcome } = sent;
          const isFirst = message === main;
          const { fingerprint, ...record } = recordOf(hook, repeatable, at);
          const unique = isFirst ? fingerprint : undefined;
          const stored = { ...record, id: message.id, call, outcome, fingerprint: unique };
          this.#messages.put(stored, at - KEPT_MS.messages);
          if (message.corrects === undefined && message.reactions === undefined)
            alerts.sentBy(hook.from, hook.to, message.id);
          if (isFirst) turn?.store(text, message, sent);
        },
      },
      this.dependencies.remote,
    );
    if (outcome instanceof HookFault) return outcome;
    if (outcome instanceof Refusal) return faultOf(outcome);
    const message = this.#messages.find(hook.id, id);
    return answerTo(id, message === undefined ? { outcome: "queued" } : this.outcomeOf(message));
  }
}

function recordOf(hook: Hook, { fingerprint, request }: Repeatable, acceptedAt = Date.now()) {
  return { hook: hook.id, receiver: hook.to.bare.text, call: undefined, request, acceptedAt, fingerprint };
}

/** Whether a message of a post is the one that programs ask about, and people answer. */
function isMain({ isPicture, reactions }: PostMessage): boolean {
  return isPicture !== true && reactions === undefined;
}

function answerTo(id: string, outcome: MessageOutcome): Accepted | HookFault {
  const answer = answerOf(id, outcome);
  return answer instanceof HookFault ? answer : { id, delivery: answer };
}

/** Returns the messages of a post that is about no alert: the picture first, as clients preview what comes last. */
function messagesOf(
  { name, isTest }: Hook,
  { text: rendered, reading: { image } }: RenderedPost,
  at: number,
): readonly PostMessage[] {
  const mark = isTest === true ? `🧪 Test of the hook ${name}: nothing has happened.\n` : "";
  const text = `${mark}${rendered}`;
  const messages: PostMessage[] =
    image === undefined ? [] : [{ id: newMessageId(at), text: image, isPicture: true }];
  return text === "" ? messages : [...messages, { id: newMessageId(at), text }];
}

/** Returns a value that repetitions of a post share; undefined if repetitions are accepted. */
function fingerprintOf({ isRetried }: Format, { key, body }: Post): Buffer | undefined {
  if (key !== undefined) return digestOf(`key ${key}`);
  // Users may post the same text twice, so an equal body is a repetition only if the format's programs retry.
  return isRetried ? digestOf(body) : undefined;
}

function digestOf(value: string | Buffer): Buffer {
  return hash("sha256", value, "buffer").subarray(0, DIGEST_BYTES);
}
