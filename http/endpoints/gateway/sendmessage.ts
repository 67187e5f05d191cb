import { z } from "zod";
import type { SendMessage } from "../../../component/operations/send-message.js";
import { endpoint } from "../../endpoint.js";
import { listOf } from "../../fields.js";
import { EVERYONE_DENIED } from "../../gateway.js";
import { receiver, senderOf, textMessage, textOf } from "../../text-message.js";

const message = textMessage(listOf(receiver)).extend({
  Carbon: z.unknown().optional().describe("not obeyed: senders get copies as configured"),
});

type Message = z.output<typeof message>;

/** Whether it goes to everybody in the directory. */
function isToEveryone({ To }: Message): boolean {
  return To.length === 1 && To[0]?.User === "All";
}

/** The gateway knew one host, which was the receivers' as well. */
function callOf(call: Message): Omit<SendMessage, "to"> {
  const text = textOf(call);
  return { ...text, domain: text.domain ?? (text.type === "chat" ? text.host : undefined) };
}

export default endpoint({
  name: "sendmessage",
  path: "/sendmessage",
  group: "gateway",
  gzip: true,
  method: "POST",
  summary: "Send several texts, all or none",
  request: listOf(message),
  list: { limit: "batch" },
  success: { plain: '{"data":"Send Message Ok"}', type: "application/json" },
  scope: (messages) => ({
    senders: messages.map(senderOf),
    rooms: [],
  }),
  async run(operations, messages, { mayTellEveryone }) {
    if (!mayTellEveryone && messages.some(isToEveryone)) return EVERYONE_DENIED;
    return await operations.sendMessages(
      messages.map((call) => ({
        ...callOf(call),
        to: isToEveryone(call) ? "everyone" : call.To.map(({ User }) => User),
      })),
    );
  },
});
