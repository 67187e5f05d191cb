/** The endpoint sendmessage, with the path and fields of an old gateway to QTalk. */
import { z } from "zod";
import { sendMessages, type SendMessage } from "../../../component/operations/send-message.js";
import { inItem, listEndpoint } from "../../endpoint.js";
import { field, listField } from "../common/fields.js";
import {
  receiver,
  senderOfCall,
  textExample,
  textFields,
  messageOfCall,
  type TextMessageCall,
} from "../common/text-message.js";

function isToEveryone({ To }: { readonly To: readonly { readonly User: string }[] }): boolean {
  return To.length === 1 && To[0]?.User === "All";
}

/** Returns the message without receivers. As in the gateway, the receivers' default host is the sender's. */
function callOf(call: TextMessageCall): Omit<SendMessage, "to"> {
  const text = messageOfCall(call);
  return { ...text, domain: text.domain ?? (text.type === "chat" ? text.host : undefined) };
}

export default listEndpoint({
  name: "sendmessage",
  paths: [{ path: "/sendmessage", group: "gateway" }],
  method: "POST",
  summary: {
    en: 'Send several texts, or none if one is invalid. The receiver [{"User": "All"}] means everybody in the directory',
    zh: '发送多条文本；只要有一条无效，就一条也不发。To 为 [{"User": "All"}] 时发给通讯录中的所有人',
  },
  fields: {
    ...textFields(listField(receiver, "recipients")),
    Carbon: field(
      z.unknown().optional(),
      "ignored: the configuration decides on copies for senders",
      "已忽略：是否给发送者副本由配置决定",
    ),
  },
  list: (message) => listField(message, "batch"),
  example: [{ ...textExample, Carbon: "false" }],
  success: { plain: '{"data":"Send Message Ok"}', type: "application/json" },
  scope: (messages) => ({
    senders: messages.flatMap((message, index) => inItem([senderOfCall(message)], messages, index)),
    rooms: [],
  }),
  async run(context, messages, { refuseEveryone }) {
    if (refuseEveryone !== undefined && messages.some(isToEveryone)) return refuseEveryone;
    return await sendMessages(
      context,
      messages.map((call) => ({
        ...callOf(call),
        to: isToEveryone(call) ? "everyone" : call.To.map(({ User }) => User),
      })),
    );
  },
});
