/**
 * Lets Express keep the request and response objects as they are. It changes the prototype of both on every request,
 * which makes the engine forget what it learned about them: two thirds of a small call's time. A server that makes
 * them with Express's prototypes from the start leaves nothing to change.
 */
import { IncomingMessage, ServerResponse } from "node:http";
import type { Express } from "express";

/** The classes that the HTTP server of this app is to be created with. */
export function classesFor(app: Express): {
  IncomingMessage: typeof IncomingMessage;
  ServerResponse: typeof ServerResponse;
} {
  class Request extends IncomingMessage {}
  class Response<R extends IncomingMessage> extends ServerResponse<R> {}
  Object.setPrototypeOf(Request.prototype, app.request);
  Object.setPrototypeOf(Response.prototype, app.response);
  Object.assign(app, { request: Request.prototype, response: Response.prototype });
  return { IncomingMessage: Request, ServerResponse: Response };
}
