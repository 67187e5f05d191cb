/** send_message: text sent in a user's name, to users or to one room. */
import { compose, forge, type TextMessage } from "../forging/message.js";
import type { Receipt } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import { xml, type Element } from "../xml/builder.js";
import type { OperationContext } from "./context.js";
import { deliver, noSuchRoom, type Outgoing } from "./deliver.js";
import { groupMessage, messageRows } from "./send-thirdmessage.js";
import { eachOrRefuse } from "./slices.js";

export interface SendMessage extends TextMessage {
  readonly from: string;
  /** The sender's host. */
  readonly host: string | undefined;
  readonly to: readonly string[];
  /** The receivers' host, or the room's domain. */
  readonly domain: string | undefined;
}

export async function sendMessage(context: OperationContext, call: SendMessage): Promise<Receipt | Refusal> {
  const { addressing, limits } = context;
  const size = Buffer.byteLength(call.body) + Buffer.byteLength(call.extendInfo);
  if (call.body === "") return new Refusal(Errcode.request, "Message Body is Null");
  if (size > limits.message_bytes) {
    return new Refusal(Errcode.request, `Body: ${size} bytes, more than the ${limits.message_bytes} allowed`);
  }
  if (call.to.length === 0 || (call.type === "groupchat" && call.to.length !== 1)) {
    return new Refusal(Errcode.request, "To not suit");
  }
  if (call.to.length > limits.recipients) {
    return new Refusal(
      Errcode.request,
      `To: ${call.to.length} receivers, more than the ${limits.recipients} allowed`,
    );
  }
  const from = addressing.sender(call.from, "From", call.host ?? addressing.defaultHost);
  if (from instanceof Refusal) return from;
  const { type, body, msgType, extendInfo } = call;
  const message = compose({ type, body, msgType, extendInfo }, Date.now());
  if (message instanceof Refusal) return message;

  const isGroup = type === "groupchat";
  const host = call.domain ?? (isGroup ? addressing.roomDomains[0] : undefined) ?? addressing.defaultHost;
  const outgoing = await eachOrRefuse(
    call.to,
    (index) => `To[${index}]`,
    (text): Outgoing | Refusal => {
      const to = addressing.address(text, "User", host);
      if (to instanceof Refusal) return to;
      const room = addressing.roomAt(to);
      if (isGroup)
        return room === undefined ? noSuchRoom(to) : groupMessage(forge(message, from, room), room);
      if (room !== undefined)
        return new Refusal(Errcode.request, `User: ${to.text} is a room: its Type is groupchat`);
      return { rows: messageRows(context, forge(copyOf(message), from, to)) };
    },
  );
  if (outgoing instanceof Refusal) return outgoing;
  return await deliver(context, outgoing, call.to.length === 1 ? undefined : (index) => `To[${index}]`);
}

/** forge() takes its element over; each receiver gets one of their own. */
function copyOf(element: Element): Element {
  const children = element.children.map((child) => (typeof child === "string" ? child : copyOf(child)));
  return xml(element.name, { ...element.attrs }, ...children);
}
