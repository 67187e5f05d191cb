import { z } from "zod";
import { endpoint } from "../../endpoint.js";
import { listOf } from "../../fields.js";
import { EVERYONE_DENIED } from "../../gateway.js";

const notice = z.object({
  From: z.string().describe("the sender: id or id@host"),
  Body: z.string().describe("the text"),
});

export default endpoint({
  name: "sendnotice",
  path: "/sendnotice",
  group: "gateway",
  gzip: true,
  method: "POST",
  summary: "Send a headline to everybody in the directory",
  request: listOf(notice),
  list: { limit: "batch" },
  success: { plain: '{"data":"Send Message Ok"}', type: "application/json" },
  scope: (notices) => ({ senders: notices.map(({ From }) => ({ id: From })), rooms: [] }),
  async run(operations, notices, { mayTellEveryone }) {
    if (!mayTellEveryone) return EVERYONE_DENIED;
    return await operations.sendMessages(
      notices.map(({ From, Body }) => ({
        ...{ from: From, host: undefined, to: "everyone", domain: undefined },
        ...{ type: "headline", body: Body, msgType: "1", extendInfo: "" },
      })),
    );
  },
});
