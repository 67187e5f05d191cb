import { z } from "zod";
import { endpoint, type NamedAddress } from "../endpoint.js";
import { goodOnes } from "../../component/operations/batch.js";
import { claimedSenders } from "../../component/operations/send-thirdmessage.js";
import { Refusal } from "../../component/refusal.js";
import { oneOrItems } from "../fields.js";

const thirdMessage = z.object({
  from: z.string().describe("the sender: id or id@host"),
  to: z.string().describe("the receiver: id or id@host, or a room's address"),
  message: z.string().describe("one well-formed <message> element"),
});

/** In whose names it would be sent. */
function sendersOf({ from, message }: z.output<typeof thirdMessage>): NamedAddress[] {
  return [from, ...claimedSenders(message)].map((id) => ({ id }));
}

export default endpoint({
  name: "send_thirdmessage",
  method: "POST",
  summary: "Send one or several ready-made messages",
  request: oneOrItems(thirdMessage),
  list: { limit: "batch" },
  success: { errmsg: "success", data: "" },
  scope: (messages) => ({ senders: goodOnes(messages).flatMap(sendersOf), rooms: [] }),
  judgeEach(messages, refuse) {
    const judged = messages.map((item) =>
      item instanceof Refusal ? item : (refuse({ senders: sendersOf(item), rooms: [] }) ?? item),
    );
    return goodOnes(judged).length === 0 ? undefined : judged;
  },
  run: (operations, messages) => operations.sendThirdMessage(messages),
});
