/**
 * The contract table: every endpoint of the interface, in the order of its documentation. Routes, metrics' labels,
 * callers' policies and the OpenAPI document are made from it.
 */
import type { Endpoint } from "./endpoint.js";
import sendMessage from "./endpoints/send-message.js";
import sendNotify from "./endpoints/send-notify.js";
import sendThirdMessage from "./endpoints/send-thirdmessage.js";

export const contract: readonly Endpoint[] = [sendThirdMessage, sendNotify, sendMessage];
