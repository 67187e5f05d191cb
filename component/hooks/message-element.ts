/** The messages of hooks, and the stanzas that say them. */
import { nickElement } from "../composing/message.js";
import { MUC } from "../muc/wire/ns.js";
import { NS, xml, type Element } from "../xml/builder.js";

/** An earlier message in the same room or chat. */
export interface Earlier {
  readonly id: string;
  /** The room's id of it (XEP-0359); undefined in chats, or if it isn't known. */
  readonly stanzaId?: string | undefined;
  /** The address of whoever sent it, as the room or the chat shows it; undefined: the sender of the new message. */
  readonly author?: string | undefined;
}

/** A mention of somebody in a text (XEP-0372), from one place in code points to before another. */
export interface Mention {
  readonly begin: number;
  readonly end: number;
  readonly uri: string;
}

/** A message of a post. */
export interface PostMessage {
  readonly id: string;
  /** The text; the URL if the message is a file, as clients show pictures only then; "" for reactions. */
  readonly text: string;
  readonly isFile?: boolean;
  /** The id of the message that it corrects (XEP-0308). */
  readonly corrects?: string | undefined;
  /** Whether it is a new message if the one that it corrects was removed by a moderator; else it is refused then. */
  readonly mayBeNew?: boolean;
  /** The message that it answers (XEP-0461). */
  readonly repliesTo?: Earlier | undefined;
  /** All reactions of the sender to a message (XEP-0444), which replace earlier ones. */
  readonly reactions?: { readonly to: Earlier; readonly signs: readonly string[] };
  /** The message that it retracts (XEP-0424); the text is for clients that don't know retractions. */
  readonly retracts?: Earlier | undefined;
  readonly mentions?: readonly Mention[];
  /** Whether clients are asked to confirm it (XEP-0184). */
  readonly wantsReceipt?: boolean;
}

/** How a message is said: in a room or a chat, and as an answer to what. */
interface Manner {
  /** The name of the bot that sends; undefined if the sender is a user. */
  readonly bot: string | undefined;
  readonly type: "chat" | "groupchat";
  readonly reply?: { readonly to: string | undefined; readonly id: string | undefined } | undefined;
}

/** Returns the stanza of a message, without sender and receiver. */
export function elementOf(message: PostMessage, { bot, type, reply }: Manner): Element {
  const { id, text, isFile, corrects, reactions, retracts, mentions, wantsReceipt } = message;
  return xml(
    "message",
    { type, id },
    text === "" ? undefined : xml("body", {}, text),
    isFile === true ? xml("x", NS.oob, xml("url", {}, text)) : undefined,
    corrects === undefined ? undefined : xml("replace", { xmlns: NS.correct, id: corrects }),
    reply && xml("reply", { xmlns: NS.reply, ...reply }),
    ...(reactions === undefined ? [] : reactionElements(reactions, type)),
    ...(retracts === undefined ? [] : retractionElements(retracts, type)),
    ...(mentions ?? []).map(({ begin, end, uri }) =>
      xml("reference", { xmlns: NS.reference, type: "mention", begin: String(begin), end: String(end), uri }),
    ),
    wantsReceipt === true ? xml("request", NS.receipts) : undefined,
    // In rooms, clients show nicknames instead.
    bot === undefined || type === "groupchat" ? undefined : nickElement(bot),
  );
}

/** Returns the elements of a retraction. In rooms, it names the room's id of the message (XEP-0424 §3). */
function retractionElements({ id, stanzaId }: Earlier, type: Manner["type"]): readonly Element[] {
  return [
    xml("retract", { xmlns: MUC.retract, id: type === "chat" ? id : stanzaId }),
    xml("fallback", { xmlns: NS.fallback, for: MUC.retract }),
    xml("store", NS.hints),
  ];
}

/** Returns the elements of reactions. In rooms, they name the room's id of the message (XEP-0444 §4). */
function reactionElements(
  { to, signs }: NonNullable<PostMessage["reactions"]>,
  type: "chat" | "groupchat",
): readonly Element[] {
  const id = type === "chat" ? to.id : to.stanzaId;
  const all = signs.map((sign) => xml("reaction", {}, sign));
  return [xml("reactions", { xmlns: NS.reactions, id }, ...all), xml("store", NS.hints)];
}
