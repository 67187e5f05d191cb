/**
 * The contract table: every endpoint of the interface, in the order of its documentation. Routes, metrics' labels,
 * callers' policies and the OpenAPI document are made from it.
 */
import type { Endpoint } from "./endpoint.js";
import addMucUser from "./endpoints/add-muc-user.js";
import authUk from "./endpoints/auth-uk.js";
import clearStaff from "./endpoints/clear-staff.js";
import createMuc from "./endpoints/create-muc.js";
import delMucUser from "./endpoints/del-muc-user.js";
import destroyMuc from "./endpoints/destroy-muc.js";
import getUserNick from "./endpoints/get-user-nick.js";
import mucUsers from "./endpoints/muc-users.js";
import sendMessage from "./endpoints/send-message.js";
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
];
