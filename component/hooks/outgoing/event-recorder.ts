/** Queues events for the outgoing webhooks that subscribe to them, in the transaction that causes the event. */
import type { BareJid, Jid } from "../../addresses/address.js";
import { isStoringForbidden } from "../../muc/archive/what-is-kept.js";
import { parseStanzaId } from "../../muc/room/stable-ids.js";
import type {
  RoomChange,
  Watched,
  WatchedMessage,
  WatchedRetraction,
  RoomWatch,
} from "../../muc/room/room-rules.js";
import type { Affiliation } from "../../muc/room/affiliation.js";
import type { HookDependencies } from "../dependencies.js";
import { StanzaError, type BouncedStanza } from "../../inbound/stanza-error.js";
import { TokenBuckets } from "../../limits/token-bucket.js";
import { NS, type Element } from "../../xml/builder.js";
import {
  chat,
  eventContentOf,
  groupchat,
  reactionsOf,
  type EventQueues,
  type WebhookEvent,
} from "./event.js";
import type { EventKind, OutgoingWebhook } from "./outgoing-webhook.js";

/** Who wrote a message, as the room says: the bare address, and the ids of XEP-0421 and XEP-0359. */
export type Author = Readonly<Record<"sender" | "occupant_id" | "stanza_id", string | undefined>>;

/** A message in a room of another group chat service, as received by one of the bots inside. */
export interface RoomMessage {
  readonly bot: string;
  readonly ownNick: string;
  /** The names of all bots inside the room, sorted. */
  readonly insiders: readonly string[];
  readonly nick: string;
  readonly message: Element;
  /** What the room says of the message, for the event. */
  readonly author: Author;
  /** The author's affiliation, as the room shows it. */
  readonly affiliation: Affiliation;
}

/** A change of an alert. */
export interface AlertChanged {
  readonly type: string;
  readonly at: number;
  readonly receiver: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The maximum number of members in one event. */
const MAX_MEMBERS = 1000;

export class EventRecorder implements RoomWatch {
  /** How many messages bots accept from each user. */
  readonly #buckets: TokenBuckets;

  constructor(
    private readonly webhooks: EventQueues,
    private readonly dependencies: Pick<HookDependencies, "commit" | "bots" | "domain" | "config">,
  ) {
    const { rate } = dependencies.config;
    this.#buckets = new TokenBuckets({ perSecond: rate, burst: Math.max(1, rate) });
  }

  said(watched: Watched, said: WatchedMessage): void {
    const { speaker, message, stanzaId, isForbidden } = said;
    const { room, transaction } = watched;
    this.#reacted(watched, said);
    const hooks = this.#hearing("room-message", room.jid.text);
    const { account, nick } = speaker;
    // Messages of bots are excluded, because two bots could reply to each other endlessly.
    if (hooks.length === 0 || isForbidden || account.domain === this.dependencies.domain) return;
    const content = eventContentOf(message);
    if (content === undefined) return;
    const { id, ...rest } = content;
    const { at } = transaction;
    const data = { room: room.jid.text, sender: account.bare.text, nick: nick.text, id, stanza_id: stanzaId };
    this.#record(
      watched,
      hooks.filter((hook) => hook.hearsText(content.body ?? "", this.#namesOf(hook))),
      {
        type: "room-message",
        at,
        data: { ...data, ...rest },
        replyTo: room.jid.text,
        message: parseStanzaId(stanzaId)?.number,
        qtalk: () => groupchat({ from: account.bare, message, id: id ?? stanzaId, at }, room, nick.text),
      },
    );
  }

  /** Records the reactions that a message in a room here has. */
  #reacted(watched: Watched, { speaker, message, stanzaId, isForbidden }: WatchedMessage): void {
    const { room, transaction } = watched;
    const hooks = this.#hearing("reaction", room.jid.text);
    const { account, nick } = speaker;
    if (hooks.length === 0 || isForbidden || account.domain === this.dependencies.domain) return;
    const reacted = reactionsOf(message);
    if (reacted === undefined) return;
    const who = { room: room.jid.text, sender: account.bare.text, nick: nick.text };
    const data = { ...who, id: message.attrs.id, stanza_id: stanzaId, ...reacted };
    const event = { type: "reaction", at: transaction.at, data, replyTo: room.jid.text };
    this.#record(watched, hooks, event);
  }

  heardIn(room: BareJid, heard: RoomMessage): void {
    const { bot, insiders, nick, ownNick, message, author } = heard;
    this.#reactedIn(room, heard);
    const hooks = this.#hearing("room-message", room.text).filter(
      (hook) => hook.form !== "qtalk" && recipientOf(hook, insiders) === bot,
    );
    const content = hooks.length === 0 || isExcluded(message) ? undefined : eventContentOf(message);
    if (content === undefined) return;
    const { id, ...rest } = content;
    const data = { room: room.text, nick, ...author, id, ...rest };
    const listening = hooks.filter((hook) => hook.hearsText(content.body ?? "", [ownNick]));
    const event = { type: "room-message", at: Date.now(), data };
    this.#storeSoon(listening, (hook) => (hook.bot === bot ? { ...event, replyTo: room.text } : event));
  }

  /** Records the reactions that a message in a room of another service has. */
  #reactedIn(room: BareJid, { bot, insiders, nick, message, author }: RoomMessage): void {
    const hooks = this.#hearing("reaction", room.text).filter((hook) => recipientOf(hook, insiders) === bot);
    const reacted = hooks.length === 0 || isExcluded(message) ? undefined : reactionsOf(message);
    if (reacted === undefined) return;
    const data = { room: room.text, nick, ...author, id: message.attrs.id, ...reacted };
    const event = { type: "reaction", at: Date.now(), data };
    this.#storeSoon(hooks, (hook) => (hook.bot === bot ? { ...event, replyTo: room.text } : event));
  }

  retracted(watched: Watched, { target, by, reason }: WatchedRetraction): void {
    const { room, transaction } = watched;
    const hooks = this.#hearing("room-message", room.jid.text).filter(
      (hook) => hook.form !== "qtalk" && hook.hearsText("", []),
    );
    const data = { room: room.jid.text, nick: by, retracts: target, is_moderated: true, reason };
    this.#record(watched, hooks, { type: "room-message", at: transaction.at, data });
  }

  changed(watched: Watched, change: RoomChange, members?: readonly string[]): void {
    const { options, jid } = watched.room;
    const hooks = this.#hearing(members === undefined ? "room" : "member", jid.text);
    if (hooks.length === 0) return;
    const replyTo = change === "room.destroyed" ? undefined : jid.text;
    const event = { type: change, at: watched.transaction.at, replyTo };
    const data = { room: jid.text, name: options.name };
    if (members === undefined) this.#record(watched, hooks, { ...event, data });
    for (let at = 0; at < (members?.length ?? 0); at += MAX_MEMBERS) {
      const some = { ...data, members: members?.slice(at, at + MAX_MEMBERS) };
      this.#record(watched, hooks, { ...event, data: some });
    }
  }

  /**
   * Records a message to a bot.
   * @returns true when the message is on the disk; false if no webhook receives the bot's messages
   * @throws StanzaError resource-constraint if the sender is above the rate limit, or all queues are full
   */
  async heard({ from, to, message }: { from: Jid; to: Jid; message: Element }): Promise<boolean> {
    const reacted = reactionsOf(message);
    const kind = reacted === undefined ? "message" : "reaction";
    const hooks = this.webhooks.subscribedTo(kind).filter(({ bot }) => bot === to.local);
    if (hooks.length === 0) return false;
    const content = reacted === undefined ? eventContentOf(message) : { id: message.attrs.id, ...reacted };
    if (content === undefined || from.domain === this.dependencies.domain) return true;
    const text = "body" in content ? content.body : undefined;
    const listening = reacted === undefined ? hooks.filter((hook) => hook.hearsText(text ?? "")) : hooks;
    if (listening.length === 0) return true;
    if (!this.#buckets.consume(from.bare.text))
      throw new StanzaError(
        "wait",
        "resource-constraint",
        "You send messages faster than this bot accepts them.",
      );
    const at = Date.now();
    const { id, ...rest } = content;
    const taken = await this.#store(listening, () => ({
      type: kind,
      at,
      replyTo: from.bare.text,
      data: { bot: to.bare.text, sender: from.bare.text, id, ...rest },
      qtalk: () => chat({ from: from.bare, message, id: id ?? String(at), at }, to.bare),
    }));
    if (!taken.includes(true))
      throw new StanzaError("wait", "resource-constraint", "This bot's queue is full: try again later.");
    return true;
  }

  /**
   * Records, inside a transaction, a message that bounced. `request` is the id of the HTTP request that sent it, if known.
   */
  recordBounce(data: BouncedStanza & { readonly request?: string | undefined }): void {
    const event = { type: "bounce", at: Date.now(), data: { ...data } };
    for (const hook of this.webhooks.subscribedTo("bounce")) this.webhooks.prepare(hook, event)();
  }

  /** Queues an event about an alert, inside a transaction. @param receiver where the alert was said */
  alertChanged({ type, at, data, receiver }: AlertChanged): void {
    const hooks = this.webhooks
      .subscribedTo("alert")
      .filter((hook) => hook.form !== "qtalk" && hook.hearsRoom(receiver));
    for (const hook of hooks) this.webhooks.prepare(hook, { type, at, data, replyTo: receiver })();
  }

  /** Stores an event for webhooks in a transaction of its own. @returns for each webhook whether its queue took the event */
  #store(
    hooks: readonly OutgoingWebhook[],
    eventOf: (hook: OutgoingWebhook) => WebhookEvent,
  ): Promise<boolean[]> {
    const writes = hooks.map((hook) => this.webhooks.prepare(hook, eventOf(hook)));
    return this.dependencies.commit.run(() => writes.map((write) => write()));
  }

  /** Stores an event for webhooks. If the database fails, the event is lost; the outbox logs the failure. */
  #storeSoon(hooks: readonly OutgoingWebhook[], eventOf: (hook: OutgoingWebhook) => WebhookEvent): void {
    if (hooks.length > 0) this.#store(hooks, eventOf).catch(() => undefined);
  }

  #namesOf({ bot }: OutgoingWebhook): string[] {
    return bot === undefined ? [] : [bot, this.dependencies.bots.find(bot)?.title ?? bot];
  }

  #hearing(kind: EventKind, room: string): readonly OutgoingWebhook[] {
    return this.webhooks.subscribedTo(kind).filter((hook) => hook.hearsRoom(room));
  }

  /** Adds an event to the transaction of a room. */
  #record({ room, transaction }: Watched, hooks: readonly OutgoingWebhook[], event: WebhookEvent): void {
    for (const hook of hooks) {
      const put = this.webhooks.prepare(hook, event);
      transaction.write(room, () => void put());
    }
  }
}

/** Returns the bot that receives a room's messages for a webhook: its own bot if inside, else the first bot inside. */
function recipientOf({ bot }: OutgoingWebhook, insiders: readonly string[]): string | undefined {
  return bot !== undefined && insiders.includes(bot) ? bot : insiders[0];
}

/** Whether a message causes no event: it is delayed (XEP-0203), or must not be stored. */
export function isExcluded(message: Element): boolean {
  const delay = message.getChild("delay", NS.delay) ?? message.getChild("x", NS.oldDelay);
  return delay !== undefined || isStoringForbidden(message);
}
