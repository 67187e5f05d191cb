/**
 * The console's API, below /console/api: the session, the live state, and POST FAMILY/VERB, which runs an operation.
 * Responses are JSON, as those of /admin. Before the login, only the session can be read.
 */
import { Router, type Request, type RequestHandler, type Response } from "express";
import { z } from "zod";
import { allOperations } from "../../component/administration/families.js";
import { argumentsOf, resultOf } from "../../component/administration/fields.js";
import { badRequest } from "../../component/refusal.js";
import { validationMessage } from "../../component/validation-message.js";
import { ApiFault } from "../admin/fault.js";
import { ALL_FAMILIES, bodyOf, operationRoute, respond, type Operating } from "../admin/run.js";
import type { Access, Visitor } from "./access.js";
import type { Described, LiveState, Session } from "./page/types.js";

export interface ConsoleApiOptions extends Operating {
  readonly access: Access;
  /** Returns the present state, and the points since the one at this time. */
  live(after: number): Promise<LiveState>;
}

type Result = object | undefined;

const LOGIN = new ApiFault("login", "log in first: there is no session, or it has ended");
const NOWHERE = new ApiFault("missing", "there is no such path in the console's API");
const credentials = z.strictObject({ token: z.string().max(200) });

export function consoleApi(options: ConsoleApiOptions): Router {
  const { access, bodies } = options;
  /** Sends a handler's result, unless it sent the response itself or the client has disconnected. */
  const answered =
    (work: (request: Request, response: Response) => Promise<Result> | Result): RequestHandler =>
    async (request, response) => {
      const result = await work(request, response);
      if (result !== undefined) respond(response, result);
    };
  const known = (
    work: (visitor: Visitor, request: Request, response: Response) => Promise<Result> | Result,
  ) =>
    answered((request, response) => {
      const visitor = access.visitor(request);
      return visitor === undefined ? LOGIN : work(visitor, request, response);
    });
  const sessionOf = (visitor: Visitor | undefined): Session => ({
    access: access.asksForToken ? "login" : "open",
    operator: visitor?.operator ?? null,
  });
  const logIn = async (request: Request, response: Response): Promise<Result> => {
    const body = await bodyOf(request, bodies, "the console");
    if (body === undefined || !("raw" in body)) return body;
    const { data, error } = credentials.safeParse(body.raw);
    if (error !== undefined) return badRequest(validationMessage(error, body.raw));
    const visitor = access.login(request, data.token);
    if (visitor instanceof ApiFault) return visitor;
    response.setHeader("Set-Cookie", access.cookie(visitor.session, request));
    return sessionOf(visitor);
  };
  const logOut = (visitor: Visitor, request: Request, response: Response): Result => {
    access.logout(visitor);
    response.setHeader("Set-Cookie", access.cookie("", request));
    return { message: "You are logged out." };
  };
  const router = Router();
  router.use((request, response, next) => {
    const fault = access.refuseForeign(request);
    if (fault === undefined) next();
    else respond(response, fault);
  });
  router.get(
    "/session",
    answered((request) => sessionOf(access.visitor(request))),
  );
  router.post("/login", answered(logIn));
  router.post("/logout", known(logOut));
  router.get(
    "/live",
    known((_visitor, { query }) => options.live(Number(query.after))),
  );
  router.get(
    "/operations",
    known(async () => ({ operations: await describeAll() })),
  );
  operationRoute(router, options, (request) => {
    const visitor = access.visitor(request);
    return visitor === undefined ? LOGIN : { name: visitor.operator ?? "this machine", way: "console" };
  });
  router.use((_request, response) => respond(response, NOWHERE));
  return router;
}

/** Describes all operations, from which the page makes its forms and tables. */
async function describeAll(): Promise<readonly Described[]> {
  return (await allOperations(ALL_FAMILIES)).map((operation) => {
    const { name, summary, effect } = operation;
    return { name, summary, effect, arguments: argumentsOf(operation), result: resultOf(operation) };
  });
}
