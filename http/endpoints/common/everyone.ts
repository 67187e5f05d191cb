import { Errcode, Refusal } from "../../../component/refusal.js";

export const EVERYONE_DENIED = new Refusal(
  Errcode.request,
  "messages to everybody need a caller with everyone: true in http.callers",
);
