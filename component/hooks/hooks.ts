/** Incoming webhooks: each post to a hook's secret URL becomes a message of a bot or a user to a room or a user. */
import { timingSafeEqual } from "node:crypto";
import { HookMessages, type HookMessage } from "../../storage/hook-messages.js";
import type { ShortLink } from "../../storage/hook-links.js";
import { HooksStore } from "../../storage/hooks-store.js";
import type { OperationContext } from "../operations/context.js";
import { Refusal } from "../refusal.js";
import type { Alerts } from "./alerts/alerts.js";
import type { AlertTurn } from "./alerts/posts.js";
import type { HookDependencies } from "./dependencies.js";
import { faultOf, HookFault } from "./fault.js";
import { outcomeOf, type MessageOutcome } from "./outcome.js";
import { formatOf } from "./formats/formats.js";
import type { AlertReport, Format } from "./formats/format.js";
import { WALL_CLOCK } from "./clock.js";
import { HEARTBEAT, Heartbeats } from "./heartbeats.js";
import { hookOf, type Hook } from "./hook.js";
import { KeyedTurns } from "./keyed-turns.js";
import { sendPost, type RemoteRoomsApi } from "./sending.js";
import { HookRates } from "./rates.js";
import { hashOf, newMessageId } from "./secrets.js";
import { ShortLinks } from "./short-links.js";
import { Templates } from "./templates.js";
import { answerTo, digestOf, fingerprintOf, isMain, messagesOf, recordOf } from "./post.js";
import type { Accepted, Post, Repeatable } from "./post.js";
import { renderPost, type RenderedPost } from "./rendering.js";

export type { Accepted, Post } from "./post.js";

export interface HooksDependencies extends HookDependencies {
  readonly context: OperationContext;
  readonly remote: RemoteRoomsApi;
  readonly alerts: Pick<Alerts, "begin" | "sentBy">;
}

/** Retention of messages, and how long identical posts without a key count as one; in milliseconds. */
const KEPT_MS = { messages: 24 * 3600_000, same: 10 * 60_000 };
/** The hash for hooks that don't exist, so that checking a secret takes as long as for existing hooks. */
const NOBODY = hashOf("");

export class Hooks {
  readonly rates: Pick<HookRates, "refuse" | "charge">;
  readonly links: Pick<ShortLinks, "find" | "shortener" | "store">;
  /** What hooks expect that didn't come. */
  readonly heartbeats: Pick<Heartbeats, "start" | "stop" | "posted" | "wake">;
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
    this.heartbeats = new Heartbeats({
      ...dependencies,
      clock: WALL_CLOCK,
      language: dependencies.context.messages.language,
      hookOf: (id) => this.byId(id),
      say: (hook, { report, text, stored }) => this.raise(hook, report, text, { name: HEARTBEAT, stored }),
    });
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
    this.heartbeats.wake();
  }

  /** Returns the hook with this id; undefined if there is none. */
  byId(id: string): Hook | undefined {
    return this.#hooks.get(id);
  }

  /** Returns all hooks, by name. */
  all(): readonly Hook[] {
    return [...this.#hooks.values()];
  }

  /**
   * Says an alert of the component's own, as if a program had posted it.
   * @param more `name`: by default, that of the report's key; `stored`: called in the transaction that stores it
   * @returns why it could not be said
   */
  async raise(
    hook: Hook,
    report: AlertReport,
    text: string,
    more: { readonly name?: Buffer; readonly stored?: () => void } = {},
  ): Promise<HookFault | undefined> {
    const { name = digestOf(report.key), ...stored } = more;
    const repeatable = { fingerprint: undefined, request: "", ...stored };
    const said = await this.#sendAlert(hook, { name, report }, { text, reading: { view: {} } }, repeatable);
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
    if (!(outcome instanceof HookFault) && hook.isTest !== true) await this.heartbeats.posted(hook);
    const label = format instanceof HookFault ? hook.format : format.name;
    const result = outcome instanceof HookFault ? outcome.kind : outcome.delivery;
    this.dependencies.metrics.hookPosts.inc({ format: label, result });
    return outcome;
  }

  /** Accepts a request without content, of a program that only says that it runs. */
  async beat(hook: Hook): Promise<Accepted> {
    await this.heartbeats.posted(hook);
    this.dependencies.metrics.hookPosts.inc({ format: hook.format, result: "ignored" });
    return { id: "", delivery: "ignored" };
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
    if (hook.expectation.quiet && hook.isTest !== true) return { id: "", delivery: "ignored" };
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
    return await this.#sendAlert(hook, { name: digestOf(alert.key), report: alert }, rendered, repeatable);
  }

  /** Says a post, or something else, about an alert. */
  async #sendAlert(
    hook: Hook,
    about: { readonly name: Buffer; readonly report: AlertReport },
    rendered: RenderedPost,
    repeatable: Repeatable,
  ): Promise<Accepted | HookFault> {
    const turn = await this.dependencies.alerts.begin(hook, about);
    try {
      const { muted } = turn;
      return muted === undefined
        ? await this.#sendNow(hook, rendered, repeatable, turn)
        : await this.#mute(recordOf(hook, repeatable), muted, () => {
            turn.store(rendered.text);
            repeatable.stored?.();
          });
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
          if (!isFirst) return;
          turn?.store(text, message, sent);
          repeatable.stored?.();
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
