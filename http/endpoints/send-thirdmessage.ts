import { z } from "zod";
import { endpoint } from "../endpoint.js";
import { goodOnes } from "../../component/operations/batch.js";
import { Refusal } from "../../component/refusal.js";
import { oneOrItems } from "../fields.js";

const message = z.object({
  from: z.string().describe("the sender: id or id@host"),
  to: z.string().describe("the receiver: id or id@host, or a room's address"),
  message: z.string().describe("one well-formed <message> element"),
});

export default endpoint({
  name: "send_thirdmessage",
  method: "POST",
  summary: "Send one or several ready-made messages",
  request: oneOrItems(message),
  list: { limit: "batch" },
  success: { errmsg: "success", data: "" },
  scope: (messages) => ({ senders: goodOnes(messages).map(({ from }) => ({ id: from })), rooms: [] }),
  judgeEach(messages, refuse) {
    const judged = messages.map((item) =>
      item instanceof Refusal ? item : (refuse({ senders: [{ id: item.from }], rooms: [] }) ?? item),
    );
    return goodOnes(judged).length === 0 ? undefined : judged;
  },
  run: (operations, messages) => operations.sendThirdMessage(messages),
});
