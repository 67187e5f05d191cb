/** Sends the messages of webhooks to rooms and users. */
import type { AccountJid, Jid } from "../address.js";
import { compose, nickElement } from "../composing/message.js";
import { refuseSender, sendAsUser } from "../muc/api/send-as-user.js";
import type { NameSource } from "../muc/occupancy/assigned-nick.js";
import type { Room } from "../muc/room/room.js";
import type { OperationContext } from "../operations/context.js";
import { noSuchRoom } from "../operations/deliver.js";
import { messageRows } from "../operations/send-thirdmessage.js";
import { tooLarge } from "../operations/limits.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { fits, LEFT_FREE, StanzaTooLarge, type WireText } from "../xml/wire-text.js";
import { RESOURCE } from "./bots.js";
import { HookFault } from "./fault.js";

const CORRECTION = "urn:xmpp:message-correct:0";
const BODY = "text";

export interface OutgoingMessage {
  readonly id: string;
  readonly from: AccountJid;
  /** The name of the bot that sends; undefined if the sender is a user, whose rights then apply. */
  readonly bot: string | undefined;
  readonly to: Jid;
  readonly text: string;
  /** The URL of a picture. */
  readonly image: string | undefined;
  /** The id of the message that this message corrects (XEP-0308). */
  readonly corrects: string | undefined;
  /** Stores the message's record, in its transaction. @param call id of its first outbox row, if there is one */
  note(call: number | undefined): void;
}

/** A message of a bot to a room of another group chat service. */
export interface RemotePost {
  readonly id: string;
  readonly stanza: WireText;
  /** Stores the message's record, in the transaction that stores the message. */
  readonly note: () => void;
}

/** The bots' rooms of other group chat services (remote/). */
export interface RemoteRoomsApi {
  /**
   * Stores a message, and sends it as soon as the bot is inside.
   * @returns "confirmed" when the room has sent the message back; undefined if the bot has no such room
   */
  post(bot: string, to: Jid, post: RemotePost): Promise<DeliveryStatus["delivery"] | HookFault | undefined>;
  /** Whether the bot has this room of another group chat service. */
  has(bot: string, to: Jid): boolean;
  /** Whether the message with this id still waits to be confirmed by its room. */
  isWaiting(id: string): boolean;
}

export async function sendMessage(
  context: OperationContext,
  message: OutgoingMessage,
  remote: RemoteRoomsApi,
): Promise<DeliveryStatus | Refusal | HookFault> {
  const room = context.addresses.roomAt(message.to);
  if (room !== undefined) return await sendToRoom(context, room, message);
  const outcome = await sendToRemoteRoom(context, message, remote);
  return outcome ?? (await sendToUser(context, message));
}

/** Sends a message to a room of another group chat service; undefined if the receiver isn't such a room of the bot. */
async function sendToRemoteRoom(
  { limits }: OperationContext,
  message: OutgoingMessage,
  remote: RemoteRoomsApi,
): Promise<DeliveryStatus | Refusal | HookFault | undefined> {
  const { id, from, to, bot } = message;
  const session = from.withResource(RESOURCE);
  if (bot === undefined || session === undefined) return undefined;
  const stanza = serialise(compose(messageOf(message, "groupchat"), session, to).stanza);
  const most = limits.stanza_bytes - LEFT_FREE.complete;
  if (!fits(stanza, most)) return tooLarge(BODY, Buffer.byteLength(stanza), most);
  const outcome = await remote.post(from.local, to, { id, stanza, note: () => message.note(undefined) });
  return outcome === undefined || outcome instanceof HookFault ? outcome : { delivery: outcome };
}

async function sendToUser(
  context: OperationContext,
  message: OutgoingMessage,
): Promise<DeliveryStatus | Refusal> {
  const { from, to, bot } = message;
  const { outbox, account, directory } = context;
  const full = account && outbox.refuse(account);
  if (full !== undefined) return full;
  const name = bot ?? directory.namesOf(from)[0];
  const composed = compose(messageOf(message, "chat"), from, to, { name });
  // A bot has no other sessions that would need a carbon copy.
  const outgoing = messageRows(bot === undefined ? context : { ...context, carbons: false }, composed, BODY);
  if (outgoing instanceof Refusal) return outgoing;
  if (!("rows" in outgoing)) throw new Error("a message to somebody has rows");
  return await outbox.accept({
    rows: outgoing.rows,
    writes: (first) => message.note(first),
    account,
    isAdmitted: true,
  });
}

async function sendToRoom(
  context: OperationContext,
  address: AccountJid,
  message: OutgoingMessage,
): Promise<DeliveryStatus | Refusal | HookFault> {
  const { muc, account, directory } = context;
  const { from, bot } = message;
  const room = muc.rooms.find(address);
  if (room === undefined) return noRoom(context, address);
  const refused = refuse(room, message);
  if (refused !== undefined) return refused;
  const full = account && muc.transactions.refuse(account);
  if (full !== undefined) return full;
  const { stanza } = compose(messageOf(message, "groupchat"), from, address);
  const names: NameSource = bot === undefined ? directory : { namesOf: () => [bot] };
  try {
    const [transaction] = muc.transactions.run(account, (transaction) => {
      sendAsUser({ context: muc, transaction, room }, names, {
        from,
        message: stanza,
        fingerprint: undefined,
      });
      transaction.write(room, (_, first) => message.note(first));
    });
    return await muc.transactions.commit(transaction);
  } catch (error) {
    if (!(error instanceof StanzaTooLarge)) throw error;
    return tooLarge(BODY, error.bytes, error.most);
  }
}

function noRoom({ muc }: OperationContext, address: AccountJid): Refusal | HookFault {
  const isDestroyed = muc.rooms.findTombstone(address) !== undefined;
  return isDestroyed ? new HookFault("gone", `the room ${address.text} was destroyed`) : noSuchRoom(address);
}

/** Refuses a sender who may not send to the room. A bot may unless it is banned, whatever the room's options are. */
function refuse(room: Room, { from, bot }: OutgoingMessage): Refusal | undefined {
  if (bot === undefined) return refuseSender(room, from);
  return room.affiliationOf(from) === "outcast"
    ? new Refusal(Errcode.forbidden, `${from.text} is banned from ${room.jid.text}`)
    : undefined;
}

function messageOf({ id, text, image, corrects, bot }: OutgoingMessage, type: "chat" | "groupchat"): Element {
  return xml(
    "message",
    { type, id },
    xml("body", {}, text),
    image === undefined ? undefined : xml("x", NS.oob, xml("url", {}, image)),
    corrects === undefined ? undefined : xml("replace", { xmlns: CORRECTION, id: corrects }),
    // In rooms, clients show nicknames instead.
    bot === undefined || type === "groupchat" ? undefined : nickElement(bot),
  );
}
