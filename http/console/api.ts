/**
 * The console's API, below /console/api: the session, the live state, and POST FAMILY/VERB, which runs an operation.
 * Responses are JSON, as those of /admin. Before the login, only the session can be read.
 */
import { Router, type Request, type Response } from "express";
import { z } from "zod";
import { allOperations } from "../../component/administration/families.js";
import { argumentsOf, resultOf } from "../../component/administration/fields.js";
import { badRequest } from "../../component/refusal.js";
import { validationMessage } from "../../component/validation-message.js";
import { ApiFault } from "../admin/fault.js";
import { ALL_FAMILIES, bodyOf, operationRoute, refusing, respond, type Operating } from "../admin/run.js";
import type { Access, Visitor } from "./access.js";
import type { Described, LiveState, Session } from "./page/types.js";

const LOGIN = new ApiFault("login", "log in first: there is no session, or it has ended");
const NOWHERE = new ApiFault("missing", "there is no such path in the console's API");
const credentials = z.strictObject({ token: z.string().max(200) });

/** @param live returns the present state, and the points since the one at this time */
export function consoleApi(
  operating: Operating,
  access: Access,
  live: (after: number) => Promise<LiveState>,
): Router {
  const sessionOf = (visitor: Visitor | undefined): Session => ({
    access: access.asksForToken ? "login" : "open",
    operator: visitor?.operator ?? null,
  });
  const logIn = async (request: Request, response: Response): Promise<object | undefined> => {
    const body = await bodyOf(request, operating.bodies, "the console");
    if (body === undefined || !("raw" in body)) return body;
    const { data, error } = credentials.safeParse(body.raw);
    if (error !== undefined) return badRequest(validationMessage(error, body.raw));
    const visitor = access.login(request, data.token);
    if (visitor instanceof ApiFault) return visitor;
    response.setHeader("Set-Cookie", access.cookie(visitor.session, request));
    return sessionOf(visitor);
  };
  const router = Router();
  router.use(refusing((request) => access.refuseForeign(request)));
  router.get("/session", (request, response) => respond(response, sessionOf(access.visitor(request))));
  router.post("/login", async (request, response) => {
    const result = await logIn(request, response);
    if (result !== undefined) respond(response, result);
  });
  router.use(refusing((request) => (access.visitor(request) === undefined ? LOGIN : undefined)));
  router.post("/logout", (request, response) => {
    access.logout(request);
    response.setHeader("Set-Cookie", access.cookie("", request));
    respond(response, { message: "You are logged out." });
  });
  router.get("/live", async ({ query }, response) => respond(response, await live(Number(query.after))));
  router.get("/operations", async (_request, response) =>
    respond(response, { operations: await describeAll() }),
  );
  operationRoute(router, operating, (request) => ({
    name: access.visitor(request)?.operator ?? "this machine",
    way: "console",
  }));
  router.use(refusing(() => NOWHERE));
  return router;
}

/** Describes all operations, from which the page makes its forms and tables. */
async function describeAll(): Promise<readonly Described[]> {
  return (await allOperations(ALL_FAMILIES)).map((operation) => {
    const { name, summary, effect } = operation;
    return { name, summary, effect, arguments: argumentsOf(operation), result: resultOf(operation) };
  });
}
