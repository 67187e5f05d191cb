import { z } from "zod";
import type { SendMessage } from "../../../component/operations/send-message.js";
import { endpoint } from "../../endpoint.js";
import { listOf, optionalText, textOrNumber } from "../../fields.js";
import { EVERYONE_DENIED } from "../../gateway.js";

const message = z.object({
  From: z.string().describe("the sender: id or id@host"),
  To: listOf(z.object({ User: z.string() })).describe("the receivers' ids, or the one id of a room"),
  Body: optionalText("").describe("the text"),
  Type: z.enum(["chat", "groupchat"]).nullish().describe("to users (chat, the default) or to a room"),
  Msg_Type: textOrNumber.nullish().describe("what the text is; 1, the default, is plain text"),
  Host: z.string().nullish().describe("the sender's host"),
  Domain: z.string().nullish().describe("the receivers' host, or the room's domain"),
  Extend_Info: optionalText("").describe("details that clients know by Msg_Type"),
  Carbon: z.unknown().optional().describe("not obeyed: senders get copies as configured"),
});

type Message = z.output<typeof message>;

/** Whether it goes to everybody in the directory. */
function isToEveryone({ To }: Message): boolean {
  return To.length === 1 && To[0]?.User === "All";
}

function callOf(call: Message): Omit<SendMessage, "to"> {
  const host = call.Host ?? undefined;
  const type = call.Type ?? "chat";
  return {
    from: call.From,
    host,
    // The gateway knew one host, which was the receivers' as well.
    domain: call.Domain ?? (type === "chat" ? host : undefined),
    type,
    body: call.Body,
    msgType: call.Msg_Type ?? "1",
    extendInfo: call.Extend_Info,
  };
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
    senders: messages.map(({ From, Host }) => ({ id: From, host: Host ?? undefined })),
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
