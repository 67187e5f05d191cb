/** Messages to which programs give keys: a post by the same key corrects the message (XEP-0308), and it can be retracted. */
import { KeyedMessages } from "../../storage/keyed-messages.js";
import { Refusal } from "../refusal.js";
import { sendByHook } from "./by-hook.js";
import type { HookDependencies } from "./dependencies.js";
import { hookFaultOf, HookFault, notAccepted } from "./fault.js";
import type { Hook } from "./hook.js";
import { KeyedTurns } from "./keyed-turns.js";
import { answerOf, outcomeOf, type MessageOutcome } from "./outcome.js";
import { answerTo, digestOf, KEPT_MS, recordOf, type Accepted } from "./post.js";
import type { PostingDependencies } from "./posting.js";
import type { RenderedPost } from "./rendering.js";
import { newMessageId } from "./ids.js";
import type { PostMessage, Sent } from "./sending.js";
import { hookTextsIn } from "./texts.js";

/** What clients show that don't know retractions. */
const NO_ALERT = new HookFault(
  "payload",
  "a post about an alert corrects the alert's message by itself: post it to the hook's URL, without /messages/KEY",
);
const ONLY_TEXT = new HookFault(
  "payload",
  "a message with a key has no files: post them to the hook's URL, without /messages/KEY or a sequence id",
);
/** The hash of a text that nobody has kept. */
const UNKNOWN_CONTENT = Buffer.alloc(0);
const NO_ID = new HookFault(
  "forbidden",
  "the room gives messages no ids (XEP-0359), so none can be retracted: correct it instead, with PUT",
);

export class KeyedPosts {
  readonly #store: KeyedMessages;
  readonly #turns = new KeyedTurns();

  constructor(private readonly dependencies: PostingDependencies & Pick<HookDependencies, "db">) {
    this.#store = new KeyedMessages(dependencies.db);
  }

  /** Returns the id of the newest version of a message; undefined if no message has this key. */
  idOf(hook: string, key: string): string | undefined {
    return this.#store.find(hook, digestOf(key))?.version;
  }

  /**
   * Makes the message with this key, or corrects it. Repeating a post has no effect, unless the message wasn't delivered.
   * @param request the id of the HTTP request
   */
  async put(
    hook: Hook,
    key: string,
    { reading, text, files }: RenderedPost,
    request: string,
  ): Promise<Accepted | HookFault> {
    if (reading.alert !== undefined) return NO_ALERT;
    if (files.length > 0 || reading.image !== undefined) return ONLY_TEXT;
    if (this.dependencies.messages.isOfAlert(hook.to.bare.text, key)) return NO_ALERT;
    const name = digestOf(key);
    const said = await this.#inTurn(hook, name, async () => {
      const before = this.#said(hook, name, key);
      const content = digestOf(text);
      const isRepeated = before?.isDelivered === true && before.row.content.equals(content);
      if (isRepeated) return answerTo(before.row.version, before.outcome);
      const at = Date.now();
      const id = newMessageId(at);
      const corrects = before?.row.message;
      const receiver = hook.to.bare.text;
      return await this.#send(hook, { id, text, corrects }, { request, at }, ({ stanzaId }) => {
        this.#store.put({
          ...{ hook: hook.id, name, receiver, content, version: id, saidAt: at },
          ...(before === undefined
            ? { message: id, stanzaId }
            : { message: before.row.message, stanzaId: before.row.stanzaId }),
        });
        if (corrects === undefined) this.dependencies.alerts.sentBy(hook.from, hook.to, id);
      });
    });
    return said instanceof HookFault ? said : { ...said, key };
  }

  /** Retracts the message with this key, and forgets the key; undefined if no message has it. */
  async retract(hook: Hook, key: string, request: string): Promise<Accepted | HookFault | undefined> {
    const name = digestOf(key);
    return await this.#inTurn(hook, name, async () => {
      const before = this.#said(hook, name, key);
      if (before === undefined) return this.#movedFrom(hook, name);
      const { message: id, stanzaId } = before.row;
      const { context, remote } = this.dependencies;
      const isElsewhere = hook.bot !== undefined && remote.has(hook.bot, hook.to);
      if (isElsewhere && stanzaId === undefined)
        return before.outcome.outcome === "queued"
          ? notAccepted("unanswered", "the room has not said the message yet")
          : NO_ID;
      const at = Date.now();
      const text = hookTextsIn(context.messages.language).removed;
      const message = { id: newMessageId(at), text, retracts: { id, stanzaId } };
      return await this.#send(hook, message, { request, at }, () => this.#store.remove(hook.id, name));
    });
  }

  async #inTurn<T>(hook: Hook, name: Buffer, work: () => Promise<T>): Promise<T> {
    const end = await this.#turns.begin(`${hook.id} ${name.toString("base64")}`);
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Returns the message with this key as far as it was said where the hook posts now, and what became of it. */
  #said(hook: Hook, name: Buffer, key: string) {
    const { messages, context } = this.dependencies;
    const row = this.#store.find(hook.id, name) ?? this.#withId(hook, key);
    if (row?.receiver !== hook.to.bare.text) return undefined;
    const newest = messages.find(hook.id, row.version);
    // Records of messages are kept for a day.
    const outcome: MessageOutcome =
      newest === undefined ? { outcome: "confirmed" } : outcomeOf(newest, context.outbox);
    const isDelivered = !(answerOf(row.version, outcome) instanceof HookFault);
    const isLost = !isDelivered && row.version === row.message;
    return isLost ? undefined : { row, outcome, isDelivered };
  }

  /** Returns the message with this id, which had no key: programs for ntfy's server name earlier messages by their ids. */
  #withId(hook: Hook, id: string) {
    const { messages } = this.dependencies;
    const known = messages.find(hook.id, id);
    if (known === undefined || messages.isOfAlert(known.receiver, id)) return undefined;
    const { receiver } = known;
    return { receiver, message: id, version: id, content: UNKNOWN_CONTENT, stanzaId: undefined };
  }

  /** Returns why the message with this key isn't retracted if it was said where the hook posted before. */
  #movedFrom(hook: Hook, name: Buffer): HookFault | undefined {
    const { receiver } = this.#store.find(hook.id, name) ?? {};
    const now = hook.to.bare.text;
    if (receiver === undefined || receiver === now) return undefined;
    const why = `the message is in ${receiver}, where it stays, and the hook posts to ${now} now`;
    return new HookFault("forbidden", `${why}: PUT makes a new message there`);
  }

  async #send(
    hook: Hook,
    message: PostMessage,
    { request, at }: { readonly request: string; readonly at: number },
    store: (sent: Sent) => void,
  ): Promise<Accepted | HookFault> {
    const { messages, context } = this.dependencies;
    const { id } = message;
    const note = (_: PostMessage, sent: Sent): void => {
      if (!messages.hasHook(hook.id)) return;
      const { call, outcome } = sent;
      const record = recordOf(hook, { fingerprint: undefined, request }, at);
      messages.put({ ...record, id, call, outcome }, at - KEPT_MS.messages);
      store(sent);
    };
    const post = { request, to: hook.to, messages: [message], note };
    const outcome = await sendByHook(hook, post, this.dependencies);
    if (outcome instanceof HookFault) return outcome;
    if (outcome instanceof Refusal) return hookFaultOf(outcome);
    const known = messages.find(hook.id, id);
    return answerTo(id, known === undefined ? { outcome: "queued" } : outcomeOf(known, context.outbox));
  }
}
