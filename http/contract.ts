/** All endpoints, in the order in which they are documented. */
import type { Endpoint } from "./endpoint.js";
import addMucUser from "./endpoints/add-muc-user.js";
import authUk from "./endpoints/auth-uk.js";
import clearStaff from "./endpoints/clear-staff.js";
import createMuc from "./endpoints/create-muc.js";
import delMucUser from "./endpoints/del-muc-user.js";
import destroyMuc from "./endpoints/destroy-muc.js";
import sendmessage from "./endpoints/gateway/sendmessage.js";
import sendnotice from "./endpoints/gateway/sendnotice.js";
import getUserNick from "./endpoints/get-user-nick.js";
import changeMucOpts from "./endpoints/management/change-muc-opts.js";
import managementDelMucUser from "./endpoints/management/del-muc-user.js";
import getMucOpts from "./endpoints/management/get-muc-opts.js";
import mucUsers from "./endpoints/muc-users.js";
import sendHttpMessage from "./endpoints/send-http-message.js";
import sendMessage from "./endpoints/send-message.js";
import sendNoticeVcard from "./endpoints/send-notice-vcard.js";
import sendNotify from "./endpoints/send-notify.js";
import sendThirdMessage from "./endpoints/send-thirdmessage.js";

export const contract: readonly Endpoint[] = [
  // Those of QTalk's documentation, in its order.
  sendThirdMessage,
  sendNotify,
  createMuc,
  addMucUser,
  delMucUser,
  destroyMuc,
  getUserNick,
  sendMessage,
  mucUsers,
  authUk,
  clearStaff,
  sendNoticeVcard,
  // QTalk's further calls, by the groups that turn them on.
  getMucOpts,
  changeMucOpts,
  managementDelMucUser,
  sendHttpMessage,
  sendmessage,
  sendnotice,
  // Calls that QTalk never had.
];
