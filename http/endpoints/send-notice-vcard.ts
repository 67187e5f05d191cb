import { z } from "zod";
import { endpoint } from "../endpoint.js";

const room = z.object({
  muc_name: z.string().describe("the room: its id, or id@domain"),
});

export default endpoint({
  name: "send_notice_vcard",
  method: "GET",
  summary: "Tell those inside a room that its card has changed",
  request: room,
  success: { errcode: "0", errmsg: "", data: "sucess" },
  scope: ({ muc_name }) => ({ senders: [], rooms: [{ id: muc_name }] }),
  run: (operations, { muc_name }) => operations.sendNoticeVcard({ room: muc_name }),
});
