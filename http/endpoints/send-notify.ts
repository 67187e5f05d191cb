import { z } from "zod";
import { sendNotify } from "../../component/operations/send-notify.js";
import { endpoint } from "../endpoint.js";
import { field, oneOrItems, textOrNumber } from "./common/fields.js";

export default endpoint({
  name: "send_notify",
  paths: [{ path: "/qtalk/send_notify" }],
  method: "POST",
  summary: { en: "Send an event to the clients of one or several users", zh: "向一个或多个用户发送事件通知" },
  fields: {
    from: field(z.string(), "the sender: id or id@host", "发送者：id 或 id@域名"),
    to: field(
      oneOrItems(z.string(), "recipients"),
      "one or several receivers: id or id@host",
      "一个或多个接收者：id 或 id@域名",
    ),
    category: field(
      textOrNumber,
      "the kind of event: 1 directory, 2 conversations, 3 navigation, 6 settings, 7 pushed message, 8 calendar, 9 clients online, 10 and 11 logs, 12 a post and 13 a comment in moments (the feed of colleagues' posts), 100 go offline; other values are forwarded, too",
      "事件类别：1 组织架构，2 会话同步，3 导航，6 个人设置，7 推送消息，8 日历，9 在线客户端，10 和 11 日志，12 驼圈发帖，13 驼圈评论，100 下线；其他类别照样转发",
    ),
    data: field(textOrNumber, "the event's details, often JSON text", "事件内容，通常是 JSON 文本"),
  },
  example: { from: "test1@qtalk.test.org", to: "test2@qtalk.test.org", category: "1", data: "{}" },
  success: { errmsg: "success", data: "" },
  scope: ({ from }) => ({ senders: [{ id: from }], rooms: [] }),
  run: sendNotify,
});
