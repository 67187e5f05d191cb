/** Incoming webhooks: each post to a hook's secret URL becomes a message of a bot or a user to a room or a user. */
import { HookMessages, type HookMessage } from "../../storage/hook-messages.js";
import type { ShortLink } from "../../storage/hook-links.js";
import { HooksStore } from "../../storage/hooks-store.js";
import type { HookDependencies } from "./dependencies.js";
import { HookFault, isOfPlace } from "./fault.js";
import { Captures } from "./captures/captures.js";
import { OwnFiles } from "./files/own-files.js";
import { WaitingPosts, type WaitingPostsDependencies } from "./files/waiting-posts.js";
import { outcomeOf, type MessageOutcome } from "./outcome.js";
import { formatOf } from "./formats/formats.js";
import type { AlertReport, Format } from "./formats/format.js";
import { machineTimes } from "./absences.js";
import { WALL_CLOCK } from "./clock.js";
import { HEARTBEAT, Heartbeats, type Beat } from "./heartbeats.js";
import { hookOf, type Hook } from "./hook.js";
import { KeyedPosts } from "./keyed-posts.js";
import { KeyedTurns } from "./keyed-turns.js";
import { PostBytes } from "./post-bytes.js";
import { HookRates } from "./post-rates.js";
import { ownerOfSecret } from "../secrets.js";
import { ShortLinks } from "./short-links.js";
import { Templates } from "./templates.js";
import { answerTo, digestOf, fingerprintOf, KEPT_MS, type Accepted, type Post } from "./post.js";
import { Posting, type PostingDependencies } from "./posting.js";
import type { AlertsPage, ShownAlerts } from "./alerts/alerts.js";
import { renderPost } from "./rendering.js";

export type { Accepted, Post } from "./post.js";

export type HooksDependencies = HookDependencies &
  Omit<PostingDependencies, "messages"> &
  Omit<WaitingPostsDependencies, "messages" | "posting" | "hookOf">;

const REMOVED = new HookFault(
  "missing",
  "the hook was removed, or its secret replaced, meanwhile; nothing was sent",
);

export class Hooks {
  readonly rates: Pick<HookRates, "refuse" | "charge">;
  /** The bytes of posts that arrive or are handled. */
  readonly bytes: Pick<PostBytes, "begin">;
  readonly links: Pick<ShortLinks, "find" | "shortener" | "store">;
  /** What hooks expect that didn't come. */
  readonly heartbeats: Pick<Heartbeats, "start" | "stop" | "posted" | "failed" | "wake">;
  /** The posts that operators want to read. */
  readonly captures: Pick<Captures, "begin" | "keep" | "post" | "text"> = new Captures();
  /** The files that the component serves. */
  readonly files: Pick<OwnFiles, "find" | "prune">;
  readonly #waiting: WaitingPosts;
  readonly #posting: Posting;
  readonly #keyed: KeyedPosts;
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
    this.bytes = new PostBytes(config);
    this.files = new OwnFiles(dependencies);
    this.#posting = new Posting({ ...dependencies, messages: this.#messages });
    this.#keyed = new KeyedPosts({ ...dependencies, messages: this.#messages });
    this.#waiting = new WaitingPosts({
      ...dependencies,
      messages: this.#messages,
      posting: this.#posting,
      hookOf: (id) => this.byId(id),
    });
    this.heartbeats = new Heartbeats({
      ...dependencies,
      clock: WALL_CLOCK,
      times: machineTimes,
      language: dependencies.context.messages.language,
      hookOf: (id) => this.byId(id),
      say: (hook, { report, text, stored }) => this.raise(hook, report, text, { name: HEARTBEAT, stored }),
    });
    metrics.gaugeOf("qtalk_hooks", "Hooks that programs may post to", () => store.count());
  }

  /** Sends the posts with files that an earlier process had accepted. */
  start(): void {
    this.#waiting.start();
  }

  /** Sends no more posts with files: those that wait are sent after the next start. */
  stop(): void {
    this.#waiting.stop();
  }

  /** Returns the maximum size of a post to this hook, in bytes. */
  mostBytes({ limits }: Hook): number {
    return limits.bodyBytes ?? this.dependencies.config.body_bytes;
  }

  /** Returns the hook with this id; undefined if no hook has this id or the secret is wrong. */
  find(id: string, secret: string): Hook | undefined {
    const known = this.#hooks.get(id);
    return ownerOfSecret(secret, known === undefined ? [] : [known], (hook) => hook.secret);
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
    const rendered = { text, files: [], reading: { view: {} } };
    const said = await this.#posting.sendAlert(hook, { name, report }, rendered, repeatable);
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

  /** @param known the hook when the program was identified, which may be long ago: mail comes over connections that last */
  async receive(known: Hook, post: Post): Promise<Accepted | HookFault> {
    const hook = this.#present(known);
    if (hook === undefined) return REMOVED;
    const format = formatOf(post.posted, hook.format);
    const outcome = format instanceof HookFault ? format : await this.#receiveAs(format, hook, post);
    const hasPosted = !(outcome instanceof HookFault) || isOfPlace(outcome);
    if (hasPosted && hook.isTest !== true) await this.heartbeats.posted(hook);
    const label = format instanceof HookFault ? hook.format : format.name;
    const result = outcome instanceof HookFault ? outcome.kind : outcome.delivery;
    this.dependencies.metrics.hookPosts.inc({ format: label, result });
    return outcome;
  }

  /** Accepts a request without content, of a program that only says that it runs, or that it failed. */
  async beat(hook: Hook, { failure }: Beat): Promise<Accepted | HookFault> {
    let fault: HookFault | undefined;
    if (failure === undefined) await this.heartbeats.posted(hook);
    else fault = await this.heartbeats.failed(hook, failure);
    this.dependencies.metrics.hookPosts.inc({ format: hook.format, result: fault?.kind ?? "ignored" });
    return fault ?? { id: "", delivery: "ignored" };
  }

  /**
   * Returns what became of a message, with its id; undefined if the message is unknown or older than a day.
   * @param name its id, or the program's key for it
   */
  statusOf({ id: hook }: Hook, name: string): (MessageOutcome & { readonly id: string }) | undefined {
    const id = this.#messages.find(hook, name) === undefined ? this.#keyed.idOf(hook, name) : name;
    const message = id === undefined ? undefined : this.#messages.find(hook, id);
    return message && { id: message.id, ...this.outcomeOf(message) };
  }

  /** Retracts the message with this key; undefined if there is none. @param request the id of the HTTP request */
  async retract(known: Hook, key: string, request: string): Promise<Accepted | HookFault | undefined> {
    const hook = this.#present(known);
    return hook === undefined ? REMOVED : await this.#keyed.retract(hook, key, request);
  }

  /** Returns a hook as it is now; undefined if it was removed, or its secret replaced. */
  #present({ id, secret, isTest }: Hook): Hook | undefined {
    const hook = this.byId(id);
    if (hook?.secret.equals(secret) !== true) return undefined;
    return isTest === true ? { ...hook, isTest } : hook;
  }

  /** Returns open alerts of a hook as programs see them. */
  alertsOf(hook: Hook, page: AlertsPage): ShownAlerts {
    return this.dependencies.alerts.shownOf(hook, page);
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
    const name = post.name ?? (hook.isTest === true ? undefined : wording.reading.messageKey);
    if (name !== undefined) return await this.#keyed.put(hook, name, wording, post.request);
    const fingerprint = hook.isTest === true ? undefined : fingerprintOf(format, post);
    const repeatable = { fingerprint, request: post.request };
    const send = (): Promise<Accepted | HookFault> =>
      this.#waiting.isFor(hook, wording)
        ? this.#waiting.accept(hook, wording, repeatable)
        : this.#posting.send(hook, wording, repeatable);
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
}
