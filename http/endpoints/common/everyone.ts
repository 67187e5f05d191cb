/** The refusal of a message to everybody from a caller who may not send one. */
import { Errcode, Refusal } from "../../../component/refusal.js";

export const EVERYONE_DENIED = new Refusal(
  Errcode.request,
  "messages to everybody are sent only for callers whose http.callers entry says everyone: true",
);
