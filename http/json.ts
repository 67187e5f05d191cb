/** Parses bodies as JSON. */
import { isUtf8 } from "node:buffer";
import { foreignJson, MAX_VALUES } from "../component/limits/foreign-json.js";
import { badRequest, Refusal } from "../component/refusal.js";

/** Arguments that the endpoint's schema hasn't parsed yet. */
export interface RawArguments {
  readonly raw: unknown;
}

/** Parses a body as JSON in UTF-8. A charset in Content-Type is ignored. @param most how many values it may have */
export function jsonOf(body: Buffer, most = MAX_VALUES): RawArguments | Refusal {
  if (body.length === 0) return badRequest("the request's body is empty; expected JSON");
  if (!isUtf8(body)) return badRequest("the request's body is not UTF-8; expected JSON in UTF-8");
  const text = body.toString();
  // Some programs begin the body with a byte order mark.
  const read = foreignJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, most);
  return "fault" in read ? badRequest(`the request's body ${read.fault}`) : { raw: read.value };
}
