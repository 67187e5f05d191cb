/** Finds what serves a request. Express serves what is neither a call nor a post: it takes as long as a call itself. */
import type { IncomingMessage, ServerResponse } from "node:http";
import express, { type ErrorRequestHandler, type Express, type Response } from "express";
import type { Logger } from "winston";
import type { Metrics } from "../component/metrics.js";
import type { OperationContext } from "../component/operations/context.js";
import { badRequest } from "../component/refusal.js";
import type { Readiness } from "../component/service/readiness.js";
import { Denied, reply, UNTRUSTED } from "./api-response.js";
import type { Calls } from "./calls.js";
import type { Console } from "./console/console.js";
import type { ExampleNames } from "./docs/openapi.js";
import { addDocs } from "./docs/routes.js";
import type { Route } from "./endpoint.js";
import { HOOKS_PATH, isForRoot } from "./hooks/address.js";
import type { HookRequests } from "./hooks/requests.js";
import type { Identities, Identity } from "./identity.js";
import type { RequestHandler } from "./connections.js";

export interface RoutingDependencies {
  readonly identity: Identity;
  readonly calls: Calls;
  readonly hooks: HookRequests | undefined;
  readonly console: Console | undefined;
  readonly directory: OperationContext["directory"];
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly readiness: () => Readiness;
  readonly routes: readonly Route[];
  readonly examples: ExampleNames;
  readonly version: string;
}

type Handlers = ReadonlyMap<string, RequestHandler>;

const UNDEFINED = badRequest("request not defined");
const UNREADABLE = badRequest("the URL has an invalid percent escape; expected UTF-8");

/** Returns a function that finds what serves a request. */
export function finder(dependencies: RoutingDependencies): (request: IncomingMessage) => RequestHandler {
  const { identity, calls, hooks, routes, readiness } = dependencies;
  const knows =
    (asked: keyof Identities) =>
    (request: IncomingMessage): boolean =>
      !(identity.identify(asked, request) instanceof Denied);
  const isEntitled = knows("call");
  const handlers = new Map(
    routes.map((route) => [route.path, { route, serve: calls.handlerOf(route), isEntitled }]),
  );
  const posts = hooks && { serve: hooks.handle, isEntitled: knows("hook") };
  const rest: RequestHandler = { serve: appOf(dependencies, handlers) };
  const probes: ReadonlyMap<string, RequestHandler> = new Map([
    ["/healthz", { serve: (_, response) => reply(response, 200, { alive: true }) }],
    ["/readyz", { serve: (_, response) => answerReadiness(response, readiness()) }],
  ]);
  return (request) => {
    const { url = "", method } = request;
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    if (posts !== undefined && path.startsWith(HOOKS_PATH)) return posts;
    const handler = handlers.get(path);
    if (posts !== undefined && handler === undefined && isForRoot(request)) return posts;
    if (url.includes("%") && !isReadable(url))
      return { serve: (_, response) => refuseUrl(calls, handler?.route, request, response) };
    const isRead = method === "GET" || method === "HEAD";
    return handler ?? (isRead ? probes.get(path.replace(/\/$/, "")) : undefined) ?? rest;
  };
}

function appOf(dependencies: RoutingDependencies, handlers: Handlers): Express {
  const { identity, calls, hooks, console, directory, metrics, log, routes, examples, version } =
    dependencies;
  const app = express();
  app.disable("x-powered-by").disable("etag").enable("case sensitive routing");
  app.get("/file/avatar/:name", (request, response) =>
    sendPicture(response, directory.image(request.params.name)),
  );
  if (hooks !== undefined) {
    app.get("/s/:id", (request, response) => hooks.follow(request.params.id, response));
    app.get("/files/:id/:name", (request, response) => hooks.sendFile(request.params.id, response));
  }
  if (console !== undefined) {
    app.use("/console", console.router);
    app.use("/admin", console.admin);
  }
  for (const [path, { serve }] of handlers) app.all(path, serve);
  app.use("/qtalk", (request, response) => calls.refuse(UNDEFINED, request, response));
  addDocs(app, { routes, version, examples, hasConsole: console !== undefined });
  app.get("/metrics", async (request, response) => {
    const reader = identity.identify("metrics", request);
    if (reader instanceof Denied) reply(response, reader.status, { error: reader.message });
    else response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.use((_request, response) => reply(response, 404, { error: "not found" }));
  app.use(onError(log));
  return app;
}

/** Replaces Express's error page, which would show the stack. */
function onError(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    log.error(`${request.method} ${request.path} failed`, { error });
    if (response.headersSent) next(error);
    else reply(response, 500, { error: "internal error" });
  };
}

/** Sends the picture of a user's vCard, whose path get_user_nick returns. Express answers HEAD and If-None-Match. */
function sendPicture(response: Response, image: ReturnType<OperationContext["directory"]["image"]>): void {
  if (image === undefined) {
    reply(response, 404, { error: "there is no such picture" });
    return;
  }
  response.set({
    ETag: `"${image.name}"`,
    // A picture never changes, because its name is a hash of its bytes.
    "Cache-Control": "public, max-age=31536000, immutable",
    ...UNTRUSTED,
    "Content-Type": image.type,
  });
  response.send(image.bytes);
}

function answerReadiness(response: ServerResponse, readiness: Readiness): void {
  reply(response, readiness.ready ? 200 : 503, readiness);
}

/** Refuses a URL with invalid escapes. Calls, and paths below /qtalk, get the form that callers expect. */
function refuseUrl(
  calls: Calls,
  row: Route | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const isCall = row !== undefined || /^\/qtalk(?:[/?]|$)/.test(request.url ?? "");
  if (isCall) calls.refuse(UNREADABLE, request, response, row);
  else reply(response, 400, { error: UNREADABLE.message });
}

function isReadable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
