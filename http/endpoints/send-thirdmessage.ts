import { z } from "zod";
import { mapInSlices } from "../../component/limits/meter.js";
import { validItems } from "../../component/operations/batch.js";
import {
  claimedSenders,
  sendThirdMessage,
  type ThirdMessage,
} from "../../component/operations/send-thirdmessage.js";
import { Refusal } from "../../component/refusal.js";
import { ownText } from "../../component/xml/own-texts.js";
import { inItem, listEndpoint, type NamedAddress } from "../endpoint.js";
import { field, oneOrItems } from "./common/fields.js";

/** The senders of each message of a running call: a message is parsed once for its permission. */
const known = new WeakMap<ThirdMessage, readonly NamedAddress[]>();

/** Returns the sender of a message, and the senders named inside it. */
function sendersOf(item: ThirdMessage): readonly NamedAddress[] {
  const before = known.get(item);
  if (before !== undefined) return before;
  const senders = [
    { field: "from", id: ownText(item.from) },
    ...claimedSenders(item.message).map((id) => ({ field: "message", id: ownText(id) })),
  ];
  known.set(item, senders);
  return senders;
}

export default listEndpoint({
  name: "send_thirdmessage",
  paths: [{ path: "/qtalk/send_thirdmessage" }],
  method: "POST",
  summary: {
    en: "Send one or several complete <message> elements to users or rooms",
    zh: "向用户或群发送一条或多条完整的 <message> 元素",
  },
  fields: {
    from: field(z.string(), "the sender: id or id@host", "发送者：id 或 id@域名"),
    to: field(
      z.string(),
      "the receiver: id or id@host, or a room's address",
      "接收者：id 或 id@域名，也可以是群地址",
    ),
    message: field(z.string(), "one well-formed <message> element", "一个格式正确的 <message> 元素"),
  },
  list: (message) => oneOrItems(message, "batch"),
  example: {
    from: "test1@qtalk.test.org",
    to: "test2@qtalk.test.org",
    message:
      "<message xml:lang='en' from='test1@qtalk.test.org' to='test2@qtalk.test.org' type='chat'><body msgType='1' maType='3' id='7aea7e1c7b544992ace3bdb4b3ab233271sd3ffsadfsad22'>dddddddddddddddddddddddddddddddddddddddd</body></message>",
  },
  success: { errmsg: "success", data: "" },
  scope: async (messages) => ({
    senders: (
      await mapInSlices([...messages.entries()], ([index, item]) =>
        item instanceof Refusal ? [] : inItem(sendersOf(item), messages, index),
      )
    ).flat(),
    rooms: [],
  }),
  judgeEach(messages, refuse) {
    const judged = messages.map((item) =>
      item instanceof Refusal ? item : (refuse({ senders: sendersOf(item), rooms: [] }) ?? item),
    );
    return validItems(judged).length === 0 ? undefined : judged;
  },
  run: sendThirdMessage,
});
