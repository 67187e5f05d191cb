import { z } from "zod";
import { notifyVcard } from "../../component/muc/discovery/room-info.js";
import { inRoomAt, noSuchRoom } from "../../component/operations/room-call.js";
import { Refusal } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { field } from "./common/fields.js";

export default endpoint({
  name: "send_notice_vcard",
  paths: [
    { path: "/qtalk/send_notice_vcard" },
    { path: "/send_muc_presence", group: "gateway", success: { plain: "ok", type: "text/plain" } },
  ],
  method: "GET",
  summary: { en: "Notify a room's occupants that its vCard has changed", zh: "通知在群用户：群资料已更新" },
  fields: {
    muc_name: field(z.string(), "the room: its id, or id@domain", "群：id 或 id@域名"),
  },
  example: { muc_name: "5f0b6bfa2e3a4d78aefe047ab06dc589" },
  success: { errcode: "0", errmsg: "", data: "sucess" },
  scope: ({ muc_name }) => ({ senders: [], rooms: [{ field: "muc_name", id: muc_name }] }),
  async run(context, { muc_name }) {
    const { addresses } = context;
    const named = addresses.address(muc_name, "muc_name", addresses.roomDomains[0]);
    if (named instanceof Refusal) return named;
    const jid = addresses.roomAt(named);
    if (jid === undefined) return noSuchRoom(named);
    return await inRoomAt(context, jid, (scope) => {
      notifyVcard(scope, scope.room.pictures.length > 0);
      return undefined;
    });
  },
});
