/** Runs operations for the ways in that speak HTTP: /admin, the console and the operators' socket. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ErrorRequestHandler, Request, RequestHandler, Router } from "express";
import type { Logger } from "winston";
import type { Administration } from "../../component/administration/administration.js";
import type { Who } from "../../component/administration/context.js";
import { FAMILIES, findOperation, type Families } from "../../component/administration/operation-families.js";
import { notStored } from "../../component/outbox/quotas.js";
import { Refusal } from "../../component/refusal.js";
import { isDiskFault } from "../../storage/storage-fault.js";
import { jsonOf, type RawArguments } from "../json.js";
import type { Bodies, BodyOptions } from "../body.js";
import { reply } from "../api-response.js";
import { ApiFault, apiFaultOf, FAULTS } from "./fault.js";

/** Returns the path of the operators' socket (socket.ts). @param database the path of the component's database */
export function operatorSocket(database: string): string {
  return `${database}.sock`;
}

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

export interface Operating {
  readonly administration: Pick<Administration, "run">;
  readonly bodies: Pick<Bodies, "read">;
}

export const NOWHERE = new ApiFault("missing", "there is no such operation: see /docs/guide/commands");
const BROKEN = new ApiFault("fault", "internal error: see the component's log");
const METHOD = new ApiFault("method", "expected POST");
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const UNTYPED = new ApiFault("type", "Content-Type: expected application/json");

/**
 * Adds the path /FAMILY/VERB, to which operations are posted with their arguments as JSON.
 * @param whoOf returns who sent a request, or why it is refused
 */
export function operationRoute(
  router: Router,
  { administration, bodies }: Operating,
  whoOf: (request: Request) => Promise<Who | Refusal> | Who | Refusal,
): void {
  const run = async (request: Request): Promise<object | undefined> => {
    const who = await whoOf(request);
    if (who instanceof Refusal) return who;
    const body = await operationBodyOf(request, bodies, "operators");
    if (body === undefined || !("raw" in body)) return body;
    const { family, verb } = request.params;
    const operation = await findOperation(ALL_FAMILIES, `${String(family)} ${String(verb)}`);
    return operation === undefined ? NOWHERE : await administration.run(operation, body.raw, who);
  };
  router
    .route("/:family/:verb")
    .post(async (request, response) => {
      const result = await run(request);
      if (result !== undefined) respond(response, result);
    })
    .all((_request, response) => respond(response, METHOD));
}

/**
 * Reads a request's JSON; undefined if the client has disconnected.
 * @param owner whose share of all bodies it is @param options a limit below that of all bodies
 */
export async function operationBodyOf(
  request: IncomingMessage,
  bodies: Pick<Bodies, "read">,
  owner: string,
  options?: BodyOptions,
): Promise<RawArguments | ApiFault | undefined> {
  // Browsers send this type to another site only after a preflight request (CORS), which the component refuses.
  if (!JSON_TYPE.test(request.headers["content-type"] ?? "")) return UNTYPED;
  const body = await bodies.read(request, owner, options);
  if (body === "aborted") return undefined;
  const read = body instanceof Refusal ? body : jsonOf(body);
  return read instanceof Refusal ? apiFaultOf(read) : read;
}

/** Sends a result, or {"error": {"code", "message", "field"}}. */
export function respond(response: ServerResponse, result: object | Refusal): void {
  const found = result instanceof Refusal ? apiFaultOf(result) : result;
  if (!(found instanceof ApiFault)) {
    reply(response, 200, found);
    return;
  }
  const { code, message, field, retryAfter } = found;
  if (code === "login") response.setHeader("WWW-Authenticate", "Bearer");
  reply(response, FAULTS[code][0], { error: { code, message, field } }, retryAfter);
}

/** Refuses requests for which `faultIn` returns a fault. */
export function refusing(faultIn: (request: Request) => ApiFault | Refusal | undefined): RequestHandler {
  return (request, response, next) => {
    const fault = faultIn(request);
    if (fault === undefined) next();
    else respond(response, fault);
  };
}

/** Logs a fault of the component or of its disk, and sends the answer to it. */
export function faultHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    log.error(`${request.method} ${request.baseUrl}${request.path} failed`, { error });
    if (response.headersSent) next(error);
    else respond(response, isDiskFault(error) ? notStored(error) : BROKEN);
  };
}
