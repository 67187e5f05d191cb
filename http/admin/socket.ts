/**
 * HTTP on a Unix socket beside the database, for the command line: POST /admin/FAMILY/VERB as in routes.ts, POST
 * /console/link, and GET /metrics, without a token, because only the component's user and root may open the socket.
 * X-Operator names who runs the command.
 */
import { once } from "node:events";
import { lstatSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { buffer } from "node:stream/consumers";
import express, { Router } from "express";
import type { Registry } from "prom-client";
import type { Logger } from "winston";
import type { Administration } from "../../component/administration/administration.js";
import { badRequest } from "../../component/refusal.js";
import type { Body } from "../body.js";
import { ApiFault } from "./fault.js";
import { faultHandler, NOWHERE, operationRoute, refusing, respond } from "./run.js";

/** The maximum size of a request's body, in bytes. */
const MAX_BODY = 16 * 1024 * 1024;
const CONSOLE_OFF = new ApiFault("missing", "the console is off (console.access)");
/** The umask with which only the owner can open the socket. */
const CLOSED_TO_OTHERS = 0o177;

export class OperatorSocket {
  readonly #server: Server;

  constructor(
    administration: Pick<Administration, "run">,
    registry: Registry,
    /** Returns a link to the console for a Unix user; undefined if the console is off. */
    linkFor: (user: string) => string | undefined,
    private readonly log: Logger,
  ) {
    const router = Router();
    router.use((_request, response, next) => {
      response.setHeader("Connection", "close");
      next();
    });
    const userOf = ({ headers }: IncomingMessage): string =>
      userIn(String(headers["x-operator"] ?? "unknown"));
    operationRoute(router, { administration, bodies: { read } }, (request) => ({
      name: userOf(request),
      way: "command line",
      may: ["all"],
    }));
    router.use(refusing(() => NOWHERE));
    const app = express().get("/metrics", async (_request, response) => {
      response.type(registry.contentType).send(await registry.metrics());
    });
    app.post("/console/link", (request, response) => {
      const url = linkFor(userOf(request));
      if (url !== undefined) log.info(`Made a link to the console for ${userOf(request)}`);
      respond(response, url === undefined ? CONSOLE_OFF : { url });
    });
    this.#server = createServer(app.use("/admin", router, faultHandler(log)));
  }

  /** Listens on the socket; a failure is only logged. Only the process with the instance lock may call this. */
  async listen(path: string): Promise<void> {
    try {
      // A killed process leaves its socket behind. A file of another kind isn't deleted.
      if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) rmSync(path);
      const mask = process.umask(CLOSED_TO_OTHERS);
      // listen() creates the socket's file before it returns, so the umask applies to it.
      this.#server.listen(path);
      process.umask(mask);
      await once(this.#server, "listening");
    } catch (error) {
      this.log.warn(
        `Can't listen on ${path}: operators' commands fail while this component runs (${String(error)})`,
      );
    }
  }

  /** Stops listening. Running commands continue. */
  close(): void {
    this.#server.close();
  }
}

async function read(request: IncomingMessage): Promise<Body> {
  if (Number(request.headers["content-length"] ?? MAX_BODY + 1) <= MAX_BODY) return await buffer(request);
  return badRequest(`the request is longer than ${MAX_BODY} bytes`);
}

/** Returns the user in X-Operator, whose escapes may be invalid. */
function userIn(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}
