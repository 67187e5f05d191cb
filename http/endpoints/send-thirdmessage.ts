import { z } from "zod";
import { endpoint } from "../endpoint.js";
import { oneOrMany } from "../fields.js";

const message = z.object({
  from: z.string().describe("the sender: id or id@host"),
  to: z.string().describe("the receiver: id or id@host, or a room's address"),
  message: z.string().describe("one well-formed <message> element"),
});

export default endpoint({
  name: "send_thirdmessage",
  method: "POST",
  summary: "Send one or several ready-made messages",
  request: oneOrMany(message),
  list: { limit: "batch" },
  success: { errmsg: "success", data: "" },
  scope: (messages) => ({ senders: messages.map(({ from }) => ({ id: from })), rooms: [] }),
  run: (operations, messages) => operations.sendThirdMessage(messages),
});
