/** The paths of an old gateway, which handed calls on: the same calls, their bodies perhaps gzipped. */
import { Errcode, Refusal } from "../component/refusal.js";
import type { Endpoint } from "./endpoint.js";

export const EVERYONE_DENIED = new Refusal(
  Errcode.request,
  "messages to everybody are sent only for callers whose http.callers entry says everyone: true",
);

export function throughGateway(row: Endpoint): Endpoint {
  return { ...row, path: `/${row.name}`, group: "gateway", gzip: true };
}
