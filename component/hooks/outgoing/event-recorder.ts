/** Notices what happens, and puts it into the queues of the hooks that want to know: with it, all or nothing. */
import type { GroupCommit } from "../../../storage/group-commit.js";
import type { Jid } from "../../address.js";
import { MUC } from "../../muc/wire/ns.js";
import type { Watched, WatchedMessage, WatchedRetraction, RoomWatch } from "../../muc/room/watch.js";
import type { Bots } from "../bots.js";
import { StanzaError } from "../../stanza-error.js";
import { TokenBuckets } from "../../token-bucket.js";
import { NS, type Element } from "../../xml/builder.js";
import { contentOf, type WebhookEvent } from "./event.js";
import type { EventKind, OutgoingWebhook } from "./outgoing-webhook.js";
import { chat, groupchat } from "./qtalk-form.js";
import type { DeliveryQueue } from "./delivery-queue.js";
import type { WebhooksByEvent } from "./webhooks-by-event.js";

export interface ListenerParts {
  readonly registry: WebhooksByEvent;
  readonly queue: DeliveryQueue;
  readonly commit: Pick<GroupCommit, "run">;
  readonly bots: Pick<Bots, "find">;
  /** The component's own. */
  readonly domain: string;
  /** How many messages bots take from one person in a second. */
  readonly rate: number;
}

/** An error that came back for something that was sent over HTTP. */
export interface BouncedMessage {
  readonly id: string;
  /** Bare addresses. */
  readonly sender: string;
  readonly receiver: string;
  readonly condition: string;
  /** The request's that sent it, where that is known. */
  readonly request?: string | undefined;
}

/** Something that somebody said in a room of another service, as one of the bots inside heard it. */
export interface RoomMessage {
  readonly bot: string;
  readonly ownNick: string;
  /** All bots inside, always in the same order. */
  readonly insiders: readonly string[];
  readonly nick: string;
  readonly message: Element;
}

const OCCUPANT_ID = "urn:xmpp:occupant-id:0";

/** So many members stand in one event. */
const TOGETHER = 1000;

export class EventRecorder implements RoomWatch {
  readonly #parts: ListenerParts;
  readonly #buckets: TokenBuckets;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.#buckets = new TokenBuckets({ perSecond: parts.rate, burst: Math.max(1, parts.rate) });
  }

  said(watched: Watched, { speaker, message, stanzaId, isForbidden }: WatchedMessage): void {
    const { room, transaction } = watched;
    const hooks = this.#hearing("room-message", room.jid.text);
    const { account, nick } = speaker;
    // What bots say is told to none: two of them would never stop answering each other.
    if (hooks.length === 0 || isForbidden || account.domain === this.#parts.domain) return;
    const words = contentOf(message);
    if (words === undefined) return;
    const { id, ...rest } = words;
    const at = transaction.at;
    const data = { room: room.jid.text, sender: account.bare.text, nick: nick.text, id, stanza_id: stanzaId };
    this.#tell(
      watched,
      hooks.filter((hook) => hook.hearsText(words.body ?? "", this.#namesOf(hook))),
      {
        ...{ type: "room-message", at, data: { ...data, ...rest }, replyTo: room.jid.text },
        qtalk: () => groupchat({ from: account.bare, message, id: id ?? stanzaId, at }, room, nick.text),
      },
    );
  }

  /** Somebody says something in a room of another service, in which there are bots. */
  heardIn(room: Jid, { bot, insiders, nick, ownNick, message }: RoomMessage): void {
    const hooks = this.#hearing("room-message", room.text).filter(
      (hook) => hook.form !== "qtalk" && listenerOf(hook, insiders) === bot,
    );
    const words = hooks.length === 0 || isExcluded(message) ? undefined : contentOf(message);
    if (words === undefined) return;
    const { commit, queue } = this.#parts;
    const { id, ...rest } = words;
    const sender = message.getChild("x", MUC.user)?.getChild("item")?.attrs.jid;
    const stanza_id = message.getChild("stanza-id", NS.sid)?.attrs.id;
    const occupant_id = message.getChild("occupant-id", OCCUPANT_ID)?.attrs.id;
    const data = { room: room.text, sender, nick, occupant_id, id, stanza_id, ...rest };
    const works = hooks
      .filter((hook) => hook.hearsText(words.body ?? "", [ownNick]))
      .map((hook) =>
        queue.prepare(hook, {
          ...{ type: "room-message", at: Date.now(), data },
          ...(hook.bot === bot && { replyTo: room.text }),
        }),
      );
    // If the disk doesn't take it, it isn't told; the outbox says that there is trouble.
    commit.run(() => works.map((work) => work())).catch(() => undefined);
  }

  retracted(watched: Watched, { target, by, reason }: WatchedRetraction): void {
    const { room, transaction } = watched;
    const hooks = this.#hearing("room-message", room.jid.text).filter(
      (hook) => hook.form !== "qtalk" && hook.hearsText("", []),
    );
    const data = { room: room.jid.text, nick: by, retracts: target, is_moderated: true, reason };
    this.#tell(watched, hooks, { type: "room-message", at: transaction.at, data });
  }

  made(watched: Watched): void {
    this.#tellOf(watched, "room", "room.made");
  }

  destroyed(watched: Watched): void {
    this.#tellOf(watched, "room", "room.destroyed");
  }

  joined(watched: Watched, accounts: readonly string[]): void {
    this.#tellMembers(watched, "member.in", accounts);
  }

  left(watched: Watched, accounts: readonly string[]): void {
    this.#tellMembers(watched, "member.out", accounts);
  }

  /**
   * Somebody says something to a bot.
   * @returns false where no hook listens to that bot; else when the disk has it
   * @throws StanzaError resource-constraint where nothing of it is taken
   */
  async heard({ from, to, message }: { from: Jid; to: Jid; message: Element }): Promise<boolean> {
    const { registry, queue, commit, domain } = this.#parts;
    const hooks = registry.of("message").filter(({ bot }) => bot === to.local);
    if (hooks.length === 0) return false;
    const words = contentOf(message);
    if (words === undefined || from.domain === domain) return true;
    const listening = hooks.filter((hook) => hook.hearsText(words.body ?? ""));
    if (listening.length === 0) return true;
    if (!this.#buckets.consume(from.bare.text))
      throw new StanzaError("wait", "resource-constraint", "You write faster than this address reads.");
    const at = Date.now();
    const { id, ...rest } = words;
    const works = listening.map((hook) =>
      queue.prepare(hook, {
        ...{ type: "message", at, replyTo: from.bare.text },
        data: { bot: to.bare.text, sender: from.bare.text, id, ...rest },
        qtalk: () => chat({ from: from.bare, message, id: id ?? String(at), at }, to.bare),
      }),
    );
    const taken = await commit.run(() => works.map((work) => work()));
    if (!taken.includes(true))
      throw new StanzaError("wait", "resource-constraint", "Too much is still to be read here.");
    return true;
  }

  /** Something that was sent over HTTP came back. */
  bounced({ id, sender, receiver, condition, request }: BouncedMessage): void {
    const { registry, queue, commit } = this.#parts;
    const hooks = registry.of("bounce");
    if (hooks.length === 0) return;
    const happening = { type: "bounce", at: Date.now(), data: { id, sender, receiver, condition, request } };
    const works = hooks.map((hook) => queue.prepare(hook, happening));
    // Where the disk doesn't take it, it isn't told; the outbox says that there is trouble.
    commit.run(() => works.map((work) => work())).catch(() => undefined);
  }

  #namesOf({ bot }: OutgoingWebhook): string[] {
    return bot === undefined ? [] : [bot, this.#parts.bots.find(bot)?.title ?? bot];
  }

  #hearing(kind: EventKind, room: string): readonly OutgoingWebhook[] {
    const hooks = this.#parts.registry.of(kind);
    return hooks.length === 0 ? hooks : hooks.filter((hook) => hook.hearsRoom(room));
  }

  #tellOf(watched: Watched, kind: EventKind, type: string, data: WebhookEvent["data"] = {}): void {
    const { room, transaction } = watched;
    const hooks = this.#hearing(kind, room.jid.text);
    const address = room.jid.text;
    const replyTo = type === "room.destroyed" ? {} : { replyTo: address };
    this.#tell(watched, hooks, {
      ...{ type, at: transaction.at, ...replyTo },
      data: { room: address, name: room.options.name, ...data },
    });
  }

  #tellMembers(watched: Watched, type: string, accounts: readonly string[]): void {
    if (this.#parts.registry.of("member").length === 0) return;
    for (let at = 0; at < accounts.length; at += TOGETHER)
      this.#tellOf(watched, "member", type, { members: accounts.slice(at, at + TOGETHER) });
  }

  /** In the transaction of what happened. */
  #tell({ room, transaction }: Watched, hooks: readonly OutgoingWebhook[], happening: WebhookEvent): void {
    for (const hook of hooks) {
      const put = this.#parts.queue.prepare(hook, happening);
      transaction.write(room, () => void put());
    }
  }
}

/** The bot whose messages of a room a hook is told: its own, or the first that is inside. */
function listenerOf({ bot }: OutgoingWebhook, insiders: readonly string[]): string | undefined {
  return bot !== undefined && insiders.includes(bot) ? bot : insiders[0];
}

/** Whether it was said before (XEP-0203), or is to be stored nowhere (XEP-0334). */
function isExcluded(message: Element): boolean {
  const marks = [
    message.getChild("delay", NS.delay),
    message.getChild("x", NS.oldDelay),
    message.getChild("no-store", NS.hints),
    message.getChild("no-permanent-store", NS.hints),
  ];
  return marks.some((mark) => mark !== undefined);
}
