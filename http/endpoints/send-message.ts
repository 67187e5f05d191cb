import { sendMessage } from "../../component/operations/send-message.js";
import { Refusal } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { itemsOf } from "./common/fields.js";
import { receiver, senderOfCall, textExample, textFields, messageOfCall } from "./common/text-message.js";

export default endpoint({
  name: "send_message",
  paths: [{ path: "/qtalk/send_message" }],
  method: "POST",
  summary: {
    en: "Send a text to one or several users, or to a room",
    zh: "向一个或多个用户，或向一个群发送文本",
  },
  fields: textFields(itemsOf(receiver, "recipients")),
  example: textExample,
  success: { errmsg: "success" },
  scope: (call) => ({ senders: [senderOfCall(call)], rooms: [] }),
  run: (context, call) =>
    sendMessage(context, {
      ...messageOfCall(call),
      to: call.To.map((item) => (item instanceof Refusal ? item : item.User)),
    }),
});
