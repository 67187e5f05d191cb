import type { IncomingMessage } from "node:http";
import { Refusal } from "../../component/refusal.js";
import { jsonOf, type RawArguments } from "../arguments.js";
import type { Bodies } from "../body.js";
import { ApiFault, faultOf } from "./fault.js";

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const UNTYPED = new ApiFault("type", "Content-Type: expected application/json");

/** Reads a request's JSON; undefined if the client has disconnected. @param owner whose share of all bodies it is */
export async function bodyOf(
  request: IncomingMessage,
  bodies: Pick<Bodies, "read">,
  owner: string,
): Promise<RawArguments | ApiFault | undefined> {
  // Browsers send this type to another site only after a preflight request (CORS), which the component refuses.
  if (!JSON_TYPE.test(request.headers["content-type"] ?? "")) return UNTYPED;
  const body = await bodies.read(request, owner);
  if (body === "aborted") return undefined;
  const read = body instanceof Refusal ? body : jsonOf(body);
  return read instanceof Refusal ? faultOf(read) : read;
}
