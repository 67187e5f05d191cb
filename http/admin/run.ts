/** Runs operations for the ways in that speak HTTP: /admin, the console and the operators' socket. */
import type { ServerResponse } from "node:http";
import type { Administration } from "../../component/administration/administration.js";
import type { Who } from "../../component/administration/change-record.js";
import { FAMILIES, findOperation, type Families } from "../../component/administration/families.js";
import { Refusal } from "../../component/refusal.js";
import { reply } from "../probes.js";
import { ApiFault, faultOf } from "./fault.js";

/** All families of operations. */
export const ALL_FAMILIES: Families = {
  ...FAMILIES,
  caller: {
    summary: {
      en: "list the programs that call the HTTP interface, and create tokens for them",
      zh: "列出调用 HTTP 接口的程序，为其创建令牌",
    },
    load: async () => (await import("./caller.js")).CALLER,
  },
};

/** Runs an operation. @param path the operation's family and verb, such as "hook/add" */
export async function runOperation(
  administration: Pick<Administration, "run">,
  path: string,
  given: unknown,
  who: Who,
): Promise<object | ApiFault> {
  const operation = await findOperation(ALL_FAMILIES, path.replace("/", " "));
  if (operation === undefined) return new ApiFault("missing", `there is no operation ${path}`);
  const result = await administration.run(operation, given, who);
  return result instanceof Refusal ? faultOf(result) : result;
}

/** Sends a result, or {"error": {"code", "message", "field"}}. */
export function respond(response: ServerResponse, result: object | Refusal): void {
  const found = result instanceof Refusal ? faultOf(result) : result;
  if (!(found instanceof ApiFault)) {
    reply(response, 200, found);
    return;
  }
  const { code, message, details, status } = found;
  const { field, retryAfter } = details;
  if (retryAfter !== undefined) response.setHeader("Retry-After", String(retryAfter));
  if (code === "login") response.setHeader("WWW-Authenticate", "Bearer");
  reply(response, status, { error: { code, message, field } });
}
