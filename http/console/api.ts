/**
 * The console's API, below /console/api: the session, the live state, and POST FAMILY/VERB, which runs an operation.
 * Responses are JSON, as those of /admin. Before the login, only the session can be read.
 */
import { Router, type Request, type Response } from "express";
import type { Logger } from "winston";
import { z } from "zod";
import { allOperations } from "../../component/administration/operation-families.js";
import { argumentsOf, resultFieldsOf } from "../../component/administration/fields.js";
import { badRequest } from "../../component/refusal.js";
import { validationMessage } from "../../component/validation-message.js";
import { ApiFault } from "../admin/fault.js";
import {
  ALL_FAMILIES,
  operationBodyOf,
  operationRoute,
  refusing,
  respond,
  type Operating,
} from "../admin/run.js";
import { Denied } from "../api-response.js";
import type { Identity } from "../identity.js";
import type { DescribedOperation, LiveState, Session } from "./page/types.js";
import { cookieOf } from "./sessions.js";

const NOWHERE = new ApiFault("missing", "there is no such path in the console's API");
/** The maximum size of a login, in bytes: anybody may send one. */
const LOGIN_BYTES = 1024;
/** A token, or the secret of a link that `qtalk-component console` printed. */
const credentials = z.union([
  z.strictObject({ token: z.string().max(200) }),
  z.strictObject({ link: z.string().max(200) }),
]);

/** @param live returns the present state, and the points since the one at this time */
export function consoleApi(
  operating: Operating,
  identity: Identity,
  log: Logger,
  live: (after: number) => Promise<LiveState>,
): Router {
  const { sessions } = identity;
  const setCookie = (request: Request, response: Response, session: string): unknown =>
    response.setHeader("Set-Cookie", cookieOf(session, identity.isByTls(request)));
  const logIn = async (request: Request, response: Response): Promise<object | undefined> => {
    const body = await operationBodyOf(request, operating.bodies, "the console", { most: LOGIN_BYTES });
    if (body === undefined || !("raw" in body)) return body;
    const { data, error } = credentials.safeParse(body.raw);
    if (error !== undefined) return badRequest(validationMessage(error, body.raw));
    const operator =
      "link" in data ? identity.followLink(request, data.link) : identity.logIn(request, data.token);
    const address = identity.addressOf(request);
    if (operator instanceof Denied) {
      log.warn(`Refused a login to the console: ${operator.message}`, { address });
      return operator;
    }
    log.info(`The operator ${operator.name} logged in to the console`, { address });
    setCookie(request, response, sessions.start(operator));
    return { operator: operator.name };
  };
  const router = Router();
  router.use(refusing((request) => identity.refusePage(request)));
  router.get("/session", (request, response) => {
    const name = sessions.visitor(request)?.operator.name ?? null;
    respond(response, { operator: name } satisfies Session);
  });
  router.post("/login", async (request, response) => {
    const result = await logIn(request, response);
    if (result !== undefined) respond(response, result);
  });
  router.use(
    refusing((request) => {
      const visitor = identity.identify("console", request);
      return visitor instanceof Denied ? visitor : undefined;
    }),
  );
  router.post("/logout", (request, response) => {
    const visitor = sessions.visitor(request);
    if (visitor !== undefined) {
      sessions.end(visitor);
      log.info(`The operator ${visitor.operator.name} logged out of the console`);
    }
    setCookie(request, response, "");
    respond(response, { message: "You are logged out." });
  });
  router.get("/live", async ({ query }, response) => respond(response, await live(Number(query.after))));
  router.get("/operations", async (_request, response) =>
    respond(response, { operations: await describeAll() }),
  );
  operationRoute(router, operating, (request) => {
    const visitor = identity.identify("console", request);
    return visitor instanceof Denied
      ? visitor
      : { name: visitor.operator.name, way: "console", may: visitor.operator.may };
  });
  router.use(refusing(() => NOWHERE));
  return router;
}

/** Describes all operations, from which the page makes its forms and tables. */
async function describeAll(): Promise<readonly DescribedOperation[]> {
  return (await allOperations(ALL_FAMILIES)).map((operation) => {
    const { name, summary, effect } = operation;
    return { name, summary, effect, arguments: argumentsOf(operation), result: resultFieldsOf(operation) };
  });
}
