/** The events of outgoing webhooks. Their payloads are those of Standard Webhooks or of QTalk's option push_url. */
import type { Jid } from "../../addresses/address.js";
import { correctedIn, retractedIn } from "../../muc/archive/what-is-kept.js";
import { isAtLeast } from "../../muc/room/affiliation.js";
import type { WatchedRoom } from "../../muc/room/room-rules.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { reactionsIn } from "../reactions.js";
import type { EventKind, Form, OutgoingWebhook } from "./outgoing-webhook.js";

/** An event before it is rendered as text. */
export interface WebhookEvent {
  /** The type of the event, such as room.made. */
  readonly type: string;
  /** When the event happened, in milliseconds since 1970. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** The bare address to which a reply of the program is sent; undefined if the program can't reply. */
  readonly replyTo?: string | undefined;
  /** The stanza-id of the room's message that the event tells; the event is dropped if the message is retracted first. */
  readonly message?: number | undefined;
  /** Returns the payload in QTalk's form; undefined if QTalk has no such event. */
  readonly qtalk?: () => object;
}

/** The queues of the webhooks (outgoing-webhooks.ts). */
export interface EventQueues {
  subscribedTo(kind: EventKind): readonly OutgoingWebhook[];
  /** Returns a function that queues the event. It returns false if the queue is full, and must run in a transaction. */
  prepare(webhook: OutgoingWebhook, event: WebhookEvent): () => boolean;
}

export function eventBodyOf(form: Form, { type, at, data, qtalk }: WebhookEvent): string {
  if (form === "qtalk") return JSON.stringify(qtalk?.() ?? {});
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
}

/** Returns what a message says, with the sender's id; undefined if it has neither a text nor a retraction. */
export function eventContentOf(message: Element) {
  const body = message.getChildText("body") ?? undefined;
  const retracts = message
    .getChildElements()
    .map(retractedIn)
    .find((id) => id !== undefined);
  if (body === undefined && retracts === undefined) return undefined;
  return {
    id: message.attrs.id,
    // If the message is a retraction, its text is only meant for clients that don't support retractions.
    body: retracts === undefined ? body : undefined,
    thread: message.getChildText("thread") ?? undefined,
    // XEP-0308, XEP-0461 and XEP-0424
    corrects: correctedIn(message),
    replies_to: message.getChild("reply", NS.reply)?.attrs.id,
    retracts,
  };
}

/** Returns all reactions of somebody to a message (XEP-0444); undefined if a message has none. */
export function reactionsOf(message: Element) {
  const reactions = reactionsIn(message);
  if (reactions === undefined || reactions === "unnamed") return undefined;
  return { reacts_to: reactions.to, reactions: reactions.signs };
}

/** A message for the payload of QTalk's option push_url: names and values of ejabberd_sm.erl and mod_muc_room.erl. */
interface QTalkMessage {
  readonly from: Jid;
  readonly message: Element;
  readonly id: string;
  /** When the message was sent, in milliseconds since 1970. */
  readonly at: number;
}

export function chat({ from, message, id, at }: QTalkMessage, to: Jid): object {
  return {
    topic: "chat",
    m_from: from.local ?? "",
    from_host: from.domain,
    m_to: to.local ?? "",
    to_host: to.domain,
    m_body: textOf(message, { from: from.text, to: to.text }),
    type: "chat",
    realfrom: "",
    realto: "",
    create_time: at,
    // QTalk's values for a message without a channel.
    cn: "qchat",
    d: "recv",
    usrType: "common",
    msg_id: id,
  };
}

export function groupchat({ from, message, id, at }: QTalkMessage, room: WatchedRoom, nick: string): object {
  return {
    topic: "groupchat",
    type: "groupchat",
    muc_room_name: room.jid.local,
    room_host: room.jid.domain,
    host: from.domain,
    nick,
    packet: textOf(message, { from: `${room.jid.text}/${nick}`, to: room.jid.text }),
    have_subject: "1",
    size: 0,
    create_time: at,
    msg_id: id,
    realfrom: from.text,
    userlist: listeners(room),
  };
}

function listeners(room: WatchedRoom): string[] {
  const members = [...room.affiliations.all()].filter(({ affiliation }) => isAtLeast(affiliation, "member"));
  const inside = [...room.occupants.values()].map(({ account }) => account.text);
  return [...new Set([...members.map(({ jid }) => jid), ...inside])];
}

function textOf(message: Element, addresses: { readonly from: string; readonly to: string }): string {
  return serialise(xml("message", { ...message.attrs, ...addresses }, ...message.children));
}
