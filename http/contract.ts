/**
 * The contract table: every endpoint of the interface, in the order of its documentation. Routes, metrics' labels,
 * callers' policies and the OpenAPI document are made from it.
 */
import type { Endpoint } from "./endpoint.js";
import authUk from "./endpoints/auth-uk.js";
import getUserNick from "./endpoints/get-user-nick.js";
import sendMessage from "./endpoints/send-message.js";
import sendNotify from "./endpoints/send-notify.js";
import sendThirdMessage from "./endpoints/send-thirdmessage.js";

export const contract: readonly Endpoint[] = [sendThirdMessage, sendNotify, getUserNick, sendMessage, authUk];
