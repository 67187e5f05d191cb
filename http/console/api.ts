/**
 * The console's API, below /console/api: the session, the events, and POST FAMILY/VERB, which runs an operation.
 * Responses are JSON; errors have the form {"error": {"code", "message", "field"}}. Before the login, only
 * the session can be read. Operations need the session's CSRF token in X-CSRF-Token.
 */
import { Router, type Request, type Response } from "express";
import { z } from "zod";
import type { Administration } from "../../component/administration/administration.js";
import type { Who } from "../../component/administration/change-record.js";
import { allOperations } from "../../component/administration/families.js";
import { argumentsOf, resultOf } from "../../component/administration/fields.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { validationMessage } from "../../component/validation-message.js";
import { bodyOf } from "../admin/body.js";
import { ApiFault, faultOf } from "../admin/fault.js";
import { ALL_FAMILIES, respond, runOperation } from "../admin/run.js";
import type { RawArguments } from "../arguments.js";
import type { Bodies } from "../body.js";
import type { Access, Visitor } from "./access.js";
import type { Described, Session } from "./page/types.js";

export interface ConsoleApiBackend {
  readonly version: string;
  readonly administration: Pick<Administration, "run">;
  watch(visitor: Visitor, response: Response): Promise<ApiFault | undefined>;
}

type Result = object | Refusal | ApiFault;
/** Handles a request. @returns undefined if the response was sent already, or the client has disconnected */
type Work = (request: Request, response: Response) => Promise<Result | undefined>;

const LOGIN = new ApiFault("login", "log in first: there is no session, or it has ended");
const NOWHERE = new ApiFault("missing", "there is no such path in the console's API");
const credentials = z.strictObject({ token: z.string().max(200) });

export class ConsoleApi {
  constructor(
    private readonly access: Access,
    private readonly bodies: Pick<Bodies, "read">,
    private readonly backend: ConsoleApiBackend,
  ) {}

  get router(): Router {
    const { access } = this;
    const router = Router();
    router.use((request, response, next) => {
      const fault = access.refuseForeign(request);
      if (fault === undefined) next();
      else respond(response, fault);
    });
    const route = (method: "get" | "post", path: string, work: Work): void => {
      const wrong = new ApiFault("method", `${path}: expected ${method.toUpperCase()}`);
      router
        .route(`/${path}`)
        [method](async (request, response) => {
          const result = await work(request, response);
          if (result !== undefined) respond(response, result);
        })
        .all((_request, response) => respond(response, wrong));
    };
    route("get", "session", (request) => Promise.resolve(this.#sessionOf(access.visitor(request))));
    route("post", "login", (request, response) => this.#login(request, response));
    route("post", "logout", (request, response) => this.#logout(request, response));
    route("get", "events", async (request, response) => {
      const visitor = access.visitor(request);
      return visitor === undefined ? LOGIN : await this.backend.watch(visitor, response);
    });
    route("get", "operations", async (request) =>
      access.visitor(request) === undefined ? LOGIN : { operations: await describeAll() },
    );
    route("post", ":family/:verb", (request) => this.#run(request));
    router.use((_request, response) => respond(response, NOWHERE));
    return router;
  }

  #sessionOf(visitor: Visitor | undefined): Session {
    const { access } = this;
    return {
      access: access.asksForToken ? "login" : "open",
      operator: visitor?.operator ?? null,
      csrf: visitor?.csrf ?? null,
      expiresAt: visitor?.expiresAt ?? null,
      version: this.backend.version,
    };
  }

  async #login(request: Request, response: Response): Promise<Result | undefined> {
    const { access } = this;
    const body = await bodyOf(request, this.bodies, "the console");
    if (body === undefined || !("raw" in body)) return body;
    const { data, error } = credentials.safeParse(body.raw);
    if (error !== undefined) return faultOf(new Refusal(Errcode.request, validationMessage(error, body.raw)));
    const visitor = access.login(request, data.token);
    if (visitor instanceof ApiFault) return visitor;
    response.setHeader("Set-Cookie", access.cookie(visitor.session, request));
    return this.#sessionOf(visitor);
  }

  async #logout(request: Request, response: Response): Promise<Result | undefined> {
    const { access } = this;
    const visitor = await this.#changer(request);
    if (visitor === undefined || "code" in visitor) return visitor;
    access.logout(visitor.visitor);
    response.setHeader("Set-Cookie", access.cookie("", request));
    return { message: "You are logged out." };
  }

  async #run(request: Request): Promise<Result | undefined> {
    const changer = await this.#changer(request);
    if (changer === undefined || "code" in changer) return changer;
    const { family, verb } = request.params;
    const name = changer.visitor.operator ?? "this machine";
    const who: Who = { name, way: "console" };
    const { administration } = this.backend;
    return await runOperation(administration, `${String(family)}/${String(verb)}`, changer.raw, who);
  }

  /** Returns the visitor and the arguments of an operation; undefined if the client has disconnected. */
  async #changer(
    request: Request,
  ): Promise<(RawArguments & { readonly visitor: Visitor }) | ApiFault | undefined> {
    const { access } = this;
    const visitor = access.visitor(request);
    if (visitor === undefined) return LOGIN;
    const forged = access.refuseForged(request, visitor);
    if (forged !== undefined) return forged;
    const body = await bodyOf(request, this.bodies, "the console");
    return body === undefined || !("raw" in body) ? body : { ...body, visitor };
  }
}

/** Describes all operations, from which the page makes its forms and tables. */
async function describeAll(): Promise<readonly Described[]> {
  return (await allOperations(ALL_FAMILIES)).map((operation) => {
    const { name, summary, effect } = operation;
    return { name, summary, effect, arguments: argumentsOf(operation), result: resultOf(operation) };
  });
}
