import { z } from "zod";
import { endpoint } from "../endpoint.js";
import { oneOrItems, textOrNumber } from "../fields.js";

const notification = z.object({
  from: z.string().describe("the sender: id or id@host"),
  to: oneOrItems(z.string()).describe("the receiver or the receivers: id or id@host"),
  category: textOrNumber.describe(
    "the kind of event: 1 directory, 2 conversations, 3 navigation, 6 settings, 7 pushed message, 8 calendar, 9 clients online, 10 and 11 logs, 12 a post and 13 a comment in a circle of friends, 100 go offline; others are passed on as well",
  ),
  data: textOrNumber.describe("the event's details, often JSON text"),
});

export default endpoint({
  name: "send_notify",
  method: "POST",
  summary: "Tell users' clients of an event",
  request: notification,
  list: { field: "to", limit: "recipients" },
  success: { errmsg: "success", data: "" },
  scope: ({ from }) => ({ senders: [{ id: from }], rooms: [] }),
  run: (operations, notify) => operations.sendNotify(notify),
});
