/**
 * The console's API, below /console/api: GET reads, POST changes.
 * Responses are JSON; errors have the form {"error": {"code", "message", "field"}}. Before the login, only
 * the session can be read. Changes need the session's CSRF token in X-CSRF-Token.
 */
import type { IncomingMessage } from "node:http";
import { Router, type Request, type Response } from "express";
import { z } from "zod";
import { OPERATIONS } from "../../component/administration/administration.js";
import { retryHook } from "../../component/administration/hooks.js";
import { dropDeadLetters, retryDeadLetters } from "../../component/administration/dead-letters.js";
import type { Operation } from "../../component/administration/operation.js";
import { revokeKeys } from "../../component/administration/people.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { jsonOf, queryOf, type RawArguments } from "../arguments.js";
import type { Bodies } from "../body.js";
import { operate } from "../operator/server.js";
import { reply } from "../probes.js";
import { validationMessage } from "../validation-message.js";
import type { Access, Visitor } from "./access.js";
import { ConsoleFault, faultOf } from "./fault.js";
import type { Done, Session } from "./page/types.js";
import { QUERIES, type Query, type Sources } from "./queries.js";

export interface ConsoleApiBackend {
  readonly version: string;
  /** Tests an incoming webhook. */
  readonly hookTest: Operation;
  sourcesFor(visitor: Visitor): Sources;
  watch(visitor: Visitor, response: Response): Promise<ConsoleFault | undefined>;
}

type Result = object | Refusal | ConsoleFault;
/** Handles a request. @returns undefined if the response was sent already, or the client has disconnected */
type Work = (request: Request, response: Response) => Promise<Result | undefined>;

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const LOGIN = new ConsoleFault("login", "log in first: there is no session, or it has ended");
const UNTYPED = new ConsoleFault("type", "Content-Type: expected application/json");
const NOWHERE = new ConsoleFault("missing", "there is no such path in the console's API");
/** The operations that change something, by their path below /console/api/. */
const CHANGES = new Map<string, Operation>([
  ...Object.entries(OPERATIONS).map(([name, each]) => [`rooms-do/${name}`, each] as const),
  ["dead-letters/retry", retryDeadLetters],
  ["dead-letters/drop", dropDeadLetters],
  ["keys/revoke", revokeKeys],
  ["hooks/retry", retryHook],
]);
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
      const wrong = new ConsoleFault("method", `${path}: expected ${method.toUpperCase()}`);
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
    for (const query of QUERIES) {
      route("get", query.path, (request) => this.#query(query, request));
    }
    for (const [path, operation] of [...CHANGES, ["hooks/test", this.backend.hookTest] as const]) {
      route("post", path, (request) => this.#change(operation, request));
    }
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
    const body = await this.#body(request);
    if (body === undefined || !("raw" in body)) return body;
    const { data, error } = credentials.safeParse(body.raw);
    if (error !== undefined) return fault(validationMessage(error, body.raw));
    const visitor = access.login(request, data.token);
    if (visitor instanceof ConsoleFault) return visitor;
    response.setHeader("Set-Cookie", access.cookie(visitor.session, request));
    return this.#sessionOf(visitor);
  }

  async #logout(request: Request, response: Response): Promise<Result | undefined> {
    const { access } = this;
    const visitor = await this.#changer(request);
    if (visitor === undefined || "code" in visitor) return visitor;
    access.logout(visitor.visitor);
    response.setHeader("Set-Cookie", access.cookie("", request));
    const done: Done = { message: "You are logged out." };
    return done;
  }

  async #query(query: Query, request: Request): Promise<Result> {
    const visitor = this.access.visitor(request);
    if (visitor === undefined) return LOGIN;
    const given = queryOf(request.url);
    const { data, error } = query.parameters.safeParse(given);
    if (error !== undefined) return fault(validationMessage(error, given));
    const [named = ""] = Object.values(request.params);
    return await query.run(this.backend.sourcesFor(visitor), data, String(named));
  }

  async #change(operation: Operation, request: Request): Promise<Result | undefined> {
    const changer = await this.#changer(request);
    if (changer === undefined || "code" in changer) return changer;
    const { administration } = this.backend.sourcesFor(changer.visitor);
    return await operate(operation, administration, changer.raw);
  }

  /** Returns the visitor and the arguments of a change; undefined if the client has disconnected. */
  async #changer(
    request: Request,
  ): Promise<(RawArguments & { readonly visitor: Visitor }) | ConsoleFault | undefined> {
    const { access } = this;
    const visitor = access.visitor(request);
    if (visitor === undefined) return LOGIN;
    const forged = access.refuseForged(request, visitor);
    if (forged !== undefined) return forged;
    const body = await this.#body(request);
    return body === undefined || !("raw" in body) ? body : { ...body, visitor };
  }

  async #body(request: IncomingMessage): Promise<RawArguments | ConsoleFault | undefined> {
    // Browsers send this type to another site only after a preflight request (CORS), which the component
    // refuses.
    if (!JSON_TYPE.test(request.headers["content-type"] ?? "")) return UNTYPED;
    const body = await this.bodies.read(request, "the console");
    if (body === "aborted") return undefined;
    const read = body instanceof Refusal ? body : jsonOf(body);
    return read instanceof Refusal ? faultOf(read) : read;
  }
}

export function respond(response: Response, result: Result): void {
  const found = result instanceof Refusal ? faultOf(result) : result;
  if (!(found instanceof ConsoleFault)) {
    reply(response, 200, found);
    return;
  }
  const { code, message, details, status } = found;
  const { field, retryAfter } = details;
  if (retryAfter !== undefined) response.setHeader("Retry-After", String(retryAfter));
  reply(response, status, { error: { code, message, field } });
}

function fault(message: string): ConsoleFault {
  return faultOf(new Refusal(Errcode.request, message));
}
