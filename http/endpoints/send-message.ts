import { Refusal } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { itemsOf } from "../fields.js";
import { receiver, senderOf, textMessage, textOf } from "../text-message.js";

export default endpoint({
  name: "send_message",
  method: "POST",
  summary: "Send a text to users or to a room",
  request: textMessage(itemsOf(receiver)),
  list: { field: "To", limit: "recipients" },
  success: { errmsg: "success" },
  scope: (call) => ({ senders: [senderOf(call)], rooms: [] }),
  run: (operations, call) =>
    operations.sendMessage({
      ...textOf(call),
      to: call.To.map((item) => (item instanceof Refusal ? item : item.User)),
    }),
});
