/** Sends the messages of webhooks to rooms and users. */
import type { NewRow } from "../../storage/outbox-row.js";
import type { AccountJid, Jid } from "../addresses/address.js";
import { compose } from "../composing/message.js";
import { mustFitRoom, refuseSender, sendAs, userSpeaking } from "../muc/relay/messages.js";
import type { RoomContext, RoomScope } from "../muc/context.js";
import { speakingBot } from "../muc/features/bots.js";
import { isRemoved } from "../muc/features/retraction.js";
import type { Room } from "../muc/room/room.js";
import { BOT_RESOURCE } from "../muc/room/room-rules.js";
import { stanzaId } from "../muc/room/stable-ids.js";
import type { OperationContext } from "../operations/context.js";
import { messageRows } from "../operations/send-thirdmessage.js";
import { tooLarge } from "../operations/limits.js";
import { noSuchRoom, refusalOfError } from "../operations/room-call.js";
import { Refusal, refuse } from "../refusal.js";
import { serialise } from "../xml/serialise.js";
import { fits, LEFT_FREE, StanzaTooLarge, type WireText } from "../xml/wire-text.js";
import { HookFault, notAccepted } from "./fault.js";
import { elementOf, type Earlier, type PostMessage } from "./message-element.js";
import type { AcceptedOutcome } from "./outcome.js";
import type { RemotePost } from "./remote/posts.js";
import type { RemoteRooms } from "./remote/remote-rooms.js";

const BODY = "text";
/** A bot may enter with the message, and its nickname is known only then. */
const LONGEST_NICK = "n".repeat(1023);

export type { Earlier, Mention, PostMessage } from "./message-element.js";

/** How a message is sent. */
export interface Sent {
  /** The id of its first outbox row; undefined if it has none. */
  readonly call?: number | undefined;
  /** "stored" if nothing has to be sent. */
  readonly outcome?: "stored" | undefined;
  /** A room's id of the message (XEP-0359); undefined in chats, and if a room of another service gives it later. */
  readonly stanzaId?: string | undefined;
}

/** What a post sends: all its messages, in one transaction, or none. */
export interface OutgoingPost {
  readonly from: AccountJid;
  /** The name of the bot that sends; undefined if the sender is a user, whose rights then apply. */
  readonly bot: string | undefined;
  readonly to: Jid;
  readonly messages: readonly PostMessage[];
  /** Stores a message's record, in its transaction. */
  note(message: PostMessage, sent: Sent): void;
}

/** The bots' rooms of other group chat services. */
export type RemoteRoomsApi = Pick<RemoteRooms, "post" | "has" | "hasLeft" | "nickOf">;

export type SentPost = { readonly delivery: AcceptedOutcome } | Refusal | HookFault;

export async function sendPost(
  context: OperationContext,
  post: OutgoingPost,
  remote: RemoteRoomsApi,
): Promise<SentPost> {
  // A hook keeps its room of another service, even if that domain became an alias of the component's later.
  const isRemote = post.bot !== undefined && remote.has(post.from.local, post.to);
  const room = isRemote ? undefined : context.addresses.roomAt(post.to);
  if (room !== undefined) {
    const { account, muc } = context;
    const size = post.messages.reduce((sum, { text }) => sum + text.length, 0);
    return await muc.turns.call({ rooms: [room.text], account, size }, () => sendToRoom(context, room, post));
  }
  const outcome = isRemote ? await sendToRemoteRoom(context, post, remote) : undefined;
  if (outcome !== undefined) return outcome;
  // It would be a chat with the room's bare address.
  if (post.bot !== undefined && remote.hasLeft(post.from.local, post.to))
    return isRemote
      ? notAccepted("unavailable", `${post.from.text} has just left the room ${post.to.text}`)
      : new HookFault("gone", `${post.from.text} has left the room ${post.to.text}`);
  return await sendToUser(context, post);
}

/** Sends a post to a room of another group chat service; undefined if the receiver isn't such a room of the bot. */
async function sendToRemoteRoom(
  { limits }: OperationContext,
  post: OutgoingPost,
  remote: RemoteRoomsApi,
): Promise<SentPost | undefined> {
  const { from, to } = post;
  const session = from.withResource(BOT_RESOURCE) ?? from;
  const most = limits.stanza_bytes - LEFT_FREE.complete;
  const posts: RemotePost[] = [];
  for (const message of post.messages) {
    const { repliesTo } = message;
    const nick = remote.nickOf(from.local, to);
    const author = repliesTo?.author ?? (nick === undefined ? undefined : `${to.text}/${nick}`);
    const isAnswer = repliesTo?.stanzaId !== undefined && author !== undefined;
    const reply = isAnswer ? { to: author, id: repliesTo.stanzaId } : undefined;
    const stanza = serialise(
      compose(elementOf(message, { bot: post.bot, type: "groupchat", reply }), session, to).stanza,
    );
    if (!fits(stanza, most)) return tooLarge(BODY, Buffer.byteLength(stanza), most);
    posts.push({ id: message.id, stanza, note: () => post.note(message, {}) });
  }
  const outcome = await remote.post(from.local, to, posts);
  return outcome === undefined || outcome instanceof HookFault ? outcome : { delivery: outcome };
}

async function sendToUser(context: OperationContext, post: OutgoingPost): Promise<SentPost> {
  const { from, to, bot } = post;
  const { outbox, account, directory } = context;
  const full = account && outbox.refuse(account);
  if (full !== undefined) return full;
  const name = bot ?? directory.namesOf(from)[0];
  const rows: NewRow<WireText>[] = [];
  for (const message of post.messages) {
    const { repliesTo } = message;
    const reply = repliesTo && { to: repliesTo.author ?? from.text, id: repliesTo.id };
    const composed = compose(elementOf(message, { bot, type: "chat", reply }), from, to, { name });
    // A bot has no other sessions that would need a carbon copy.
    const carbons = bot === undefined && context.carbons;
    const outgoing = messageRows({ ...context, carbons }, composed, BODY);
    if (outgoing instanceof Refusal) return outgoing;
    if (!("rows" in outgoing)) throw new Error("a message to a user has rows");
    rows.push(...outgoing.rows);
  }
  const writes = (first: number | undefined): void =>
    post.messages.forEach((message) => post.note(message, { call: first }));
  return await outbox.accept({ rows, writes, account, isAdmitted: true });
}

async function sendToRoom(
  context: OperationContext,
  address: AccountJid,
  post: OutgoingPost,
): Promise<SentPost> {
  const { muc, account, directory } = context;
  const { from, bot } = post;
  const room = muc.rooms.find(address);
  if (room === undefined) {
    const isDestroyed = muc.rooms.findTombstone(address) !== undefined;
    return isDestroyed
      ? new HookFault("gone", `the room ${address.text} was destroyed`)
      : noSuchRoom(address);
  }
  try {
    return await muc.transactions.change(account, (transaction) => {
      const scope = { context: muc, transaction, room };
      const said = post.messages.map((message) => withoutRemoved(scope, from, message));
      const refusal = refuseSpeech(scope, { ...post, messages: said });
      if (refusal !== undefined) return refusal;
      const isUser = bot === undefined;
      const known = said.map((message) => withIdsIn(scope, from, message));
      if (said.some(({ retracts }, index) => retracts !== undefined && known[index]?.retracts === undefined))
        return refuse.notFound("the room no longer has the message, so it can't be retracted");
      const stanzas = known.map((message) => {
        const { repliesTo } = message;
        const reply = repliesTo && { to: repliesTo.author, id: repliesTo.stanzaId };
        return compose(elementOf(message, { bot, type: "groupchat", reply }), from, address).stanza;
      });
      const longest = {
        jid: room.jid.withResource(LONGEST_NICK) ?? room.jid,
        id: room.occupantIdOf(from.bare),
      };
      for (const stanza of stanzas) mustFitRoom(scope, longest, stanza);
      const stanzaIds = stanzas.map((stanza) => {
        const speaker = isUser ? userSpeaking(scope, directory, from) : speakingBot(scope, from, bot);
        return sendAs(scope, speaker, stanza);
      });
      transaction.write(room, (_, first) => {
        const outcome = first === undefined ? "stored" : undefined;
        for (const [at, message] of said.entries())
          post.note(message, { call: first, outcome, stanzaId: stanzaIds[at] });
      });
      return undefined;
    });
  } catch (error) {
    if (!(error instanceof StanzaTooLarge)) throw error;
    return tooLarge(BODY, error.bytes, error.most);
  }
}

/**
 * Refuses a sender who may not send to the room. A bot may unless it is banned, whatever the room's options are. A post's
 * messages are judged before the first is sent, so rules about a sender's earlier messages take a post as one.
 */
function refuseSpeech(scope: RoomScope, post: OutgoingPost): Refusal | undefined {
  const { from, bot, messages } = post;
  const { room } = scope;
  if (bot !== undefined) {
    if (room.affiliationOf(from) === "outcast")
      return refuse.forbidden(`${from.text} is banned from ${room.jid.text}`);
    return messages.some(({ corrects }) => corrects !== undefined && isRemoved(scope, from.bare, corrects))
      ? refuse.forbidden("a moderator has removed the message, so it can't be corrected: send a new one")
      : undefined;
  }
  const errors = messages.map((message) =>
    refuseSender(scope, { from, message: elementOf(message, { bot, type: "groupchat" }) }),
  );
  const error = errors.find((each) => each !== undefined);
  return error && refusalOfError(error);
}

/** Returns a message that may be new without its correction, if the message that it corrects was removed. */
function withoutRemoved(scope: RoomScope, from: AccountJid, message: PostMessage): PostMessage {
  const { corrects, mayBeNew } = message;
  const isNew = mayBeNew === true && corrects !== undefined && isRemoved(scope, from.bare, corrects);
  return isNew ? { ...message, corrects: undefined } : message;
}

/**
 * Returns a message with the room's ids of the earlier ones that it answers or retracts; those are left out that the archive
 * doesn't have. Reactions name theirs already (alerts/versions.ts).
 */
function withIdsIn({ context, room }: RoomScope, from: AccountJid, message: PostMessage): PostMessage {
  const shown = (earlier: Earlier | undefined) => earlier && shownIn(context, room, from, earlier);
  const { repliesTo, retracts } = message;
  return { ...message, repliesTo: shown(repliesTo), retracts: shown(retracts) };
}

/**
 * Returns an earlier message with the room's id of it, and who sent it; undefined if it is the sender's own, and the archive
 * doesn't have it. The id is that of the newest correction: Dino and Converse.js show nothing beside a message by the id of
 * an older version.
 */
function shownIn({ stores: { archive } }: RoomContext, room: Room, from: AccountJid, earlier: Earlier) {
  if (earlier.author !== undefined) return earlier;
  const first = archive.sent(room.id, from.text, earlier.id);
  // Its corrections may be all that is left: it expired, or was said in a room of this address that was destroyed.
  const named = first ?? { id: 0, sender: from.text, ownId: earlier.id };
  const found = archive.newestCorrection(room.id, named) ?? first;
  if (found === undefined) return undefined;
  const { attrs } = stanzaId(room.jid, found.id, archive.has(room.id, found.id));
  return { id: earlier.id, stanzaId: attrs.id, author: `${room.jid.text}/${found.nick}` };
}
