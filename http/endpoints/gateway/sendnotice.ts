/** The endpoint sendnotice, with the path and fields of an old gateway to QTalk. */
import { z } from "zod";
import { sendMessages } from "../../../component/operations/send-message.js";
import { inItem, listEndpoint } from "../../endpoint.js";
import { field, listField } from "../common/fields.js";

export default listEndpoint({
  name: "sendnotice",
  paths: [{ path: "/sendnotice", group: "gateway" }],
  method: "POST",
  summary: {
    en: "Send a headline message to everybody in the directory",
    zh: "向通讯录中的所有人发送通知（headline）",
  },
  fields: {
    From: field(z.string(), "the sender: id or id@host", "发送者：id 或 id@域名"),
    Body: field(z.string(), "the text", "文本"),
  },
  list: (notice) => listField(notice, "batch"),
  example: [{ From: "test1", Body: "xxxxxxx" }],
  success: { plain: '{"data":"Send Message Ok"}', type: "application/json" },
  scope: (notices) => ({
    senders: notices.flatMap(({ From }, index) => inItem([{ field: "From", id: From }], notices, index)),
    rooms: [],
  }),
  async run(context, notices, { refuseEveryone }) {
    if (refuseEveryone !== undefined) return refuseEveryone;
    return await sendMessages(
      context,
      notices.map(({ From, Body }) => ({
        from: From,
        host: undefined,
        to: "everyone",
        domain: undefined,
        type: "headline",
        body: Body,
        msgType: "1",
        extendInfo: "",
      })),
    );
  },
});
