import sendNoticeVcard from "../send-notice-vcard.js";
import type { Endpoint } from "../../endpoint.js";

const row: Endpoint = {
  ...sendNoticeVcard,
  path: "/send_muc_presence",
  group: "gateway",
  success: { plain: "ok", type: "text/plain" },
};

export default row;
