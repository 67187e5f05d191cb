/**
 * The contract table: every endpoint of the interface, in the order of its documentation, then those beside it. Routes,
 * metrics' labels, callers' policies and the OpenAPI document are made from it.
 */
import type { Endpoint, Group } from "./endpoint.js";
import addMucUser from "./endpoints/add-muc-user.js";
import authUk from "./endpoints/auth-uk.js";
import clearStaff from "./endpoints/clear-staff.js";
import createMuc from "./endpoints/create-muc.js";
import delMucUser from "./endpoints/del-muc-user.js";
import destroyMuc from "./endpoints/destroy-muc.js";
import gatewayAddMucUser from "./endpoints/gateway/add-muc-user.js";
import gatewayCreateMuc from "./endpoints/gateway/create-muc.js";
import gatewayDelMucUser from "./endpoints/gateway/del-muc-user.js";
import gatewayDestroyMuc from "./endpoints/gateway/destroy-muc.js";
import sendMucPresence from "./endpoints/gateway/send-muc-presence.js";
import gatewaySendMessage from "./endpoints/gateway/sendmessage.js";
import gatewaySendNotice from "./endpoints/gateway/sendnotice.js";
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
  getMucOpts,
  changeMucOpts,
  managementDelMucUser,
  sendHttpMessage,
  sendMucPresence,
  gatewayCreateMuc,
  gatewayAddMucUser,
  gatewayDelMucUser,
  gatewayDestroyMuc,
  gatewaySendMessage,
  gatewaySendNotice,
];

/** Those that are served where these groups are turned on. */
export function contractWith(also: readonly Group[]): Endpoint[] {
  return contract.filter(({ group }) => group === undefined || also.includes(group));
}
