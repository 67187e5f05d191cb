/**
 * The console's API, below /console/api: GETs are questions, POSTs change something. Every answer is JSON, a fault
 * {"error": {"code", "message", "field"}}. Who asks from another site's page is refused whatever they ask; who has to log
 * in may ask for the session alone; what changes something has the session's token in a header.
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
import { QUESTIONS, type Question, type Sources } from "./questions.js";

/** What the API answers with. */
export interface ConsoleApiBackend {
  readonly version: string;
  readonly hookTest: Operation;
  sourcesFor(visitor: Visitor): Sources;
  /** Begins to tell somebody what happens. */
  watch(visitor: Visitor, response: Response): Promise<ConsoleFault | undefined>;
}

type Outcome = object | Refusal | ConsoleFault;
/** Undefined: it is answered already, or nobody waits for an answer. */
type Work = (request: Request, response: Response) => Promise<Outcome | undefined>;

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const LOGIN = new ConsoleFault("login", "log in first: the session is over, or there is none");
const UNTYPED = new ConsoleFault("type", "the request's Content-Type: expected application/json");
const NOWHERE = new ConsoleFault("missing", "the console has nothing here");
/** By their paths below /console/api/. */
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
      else answer(response, fault);
    });
    const route = (method: "get" | "post", path: string, work: Work): void => {
      const wrong = new ConsoleFault("method", `${path} takes ${method.toUpperCase()}`);
      router
        .route(`/${path}`)
        [method](async (request, response) => {
          const outcome = await work(request, response);
          if (outcome !== undefined) answer(response, outcome);
        })
        .all((_request, response) => answer(response, wrong));
    };
    route("get", "session", (request) => Promise.resolve(this.#sessionOf(access.visitor(request))));
    route("post", "login", (request, response) => this.#login(request, response));
    route("post", "logout", (request, response) => this.#logout(request, response));
    route("get", "events", async (request, response) => {
      const visitor = access.visitor(request);
      return visitor === undefined ? LOGIN : await this.backend.watch(visitor, response);
    });
    for (const question of QUESTIONS) {
      route("get", question.path, (request) => this.#ask(question, request));
    }
    for (const [path, operation] of [...CHANGES, ["hooks/test", this.backend.hookTest] as const]) {
      route("post", path, (request) => this.#change(operation, request));
    }
    router.use((_request, response) => answer(response, NOWHERE));
    return router;
  }

  #sessionOf(visitor: Visitor | undefined): object {
    const { access } = this;
    return {
      access: access.asksForToken ? "login" : "open",
      operator: visitor?.operator ?? null,
      csrf: visitor?.csrf ?? null,
      expiresAt: visitor?.expiresAt ?? null,
      version: this.backend.version,
    };
  }

  async #login(request: Request, response: Response): Promise<Outcome | undefined> {
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

  async #logout(request: Request, response: Response): Promise<Outcome | undefined> {
    const { access } = this;
    const visitor = await this.#changer(request);
    if (visitor === undefined || "code" in visitor) return visitor;
    access.logout(visitor.visitor);
    response.setHeader("Set-Cookie", access.cookie("", request));
    return { told: "You are logged out." };
  }

  async #ask(question: Question, request: Request): Promise<Outcome> {
    const visitor = this.access.visitor(request);
    if (visitor === undefined) return LOGIN;
    const given = queryOf(request.url);
    const { data, error } = question.query.safeParse(given);
    if (error !== undefined) return fault(validationMessage(error, given));
    const [about = ""] = Object.values(request.params);
    return await question.answer(this.backend.sourcesFor(visitor), data, String(about));
  }

  async #change(operation: Operation, request: Request): Promise<Outcome | undefined> {
    const changer = await this.#changer(request);
    if (changer === undefined || "code" in changer) return changer;
    const { administration } = this.backend.sourcesFor(changer.visitor);
    return await operate(operation, administration, changer.raw);
  }

  /** Who wants to change something, and what they say. */
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

  /** Undefined where its sender has gone. */
  async #body(request: IncomingMessage): Promise<RawArguments | ConsoleFault | undefined> {
    // Other sites' forms can't say so without asking first.
    if (!JSON_TYPE.test(request.headers["content-type"] ?? "")) return UNTYPED;
    const body = await this.bodies.read(request, "the console");
    if (body === "aborted") return undefined;
    const read = body instanceof Refusal ? body : jsonOf(body);
    return read instanceof Refusal ? faultOf(read) : read;
  }
}

export function answer(response: Response, outcome: Outcome): void {
  const found = outcome instanceof Refusal ? faultOf(outcome) : outcome;
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
