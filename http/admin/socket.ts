/**
 * HTTP on a Unix socket beside the database, for the command line: POST /admin/FAMILY/VERB as in routes.ts, without a
 * token, because only the component's user and root may open the socket. X-Operator names who runs the command.
 */
import { once } from "node:events";
import { lstatSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Logger } from "winston";
import type { Administration } from "../../component/administration/administration.js";
import { badRequest, Refusal } from "../../component/refusal.js";
import { jsonOf } from "../arguments.js";
import { ApiFault, BROKEN } from "./fault.js";
import { respond, runOperation } from "./run.js";

/** The maximum size of a request's body, in bytes. */
const MAX_BODY = 16 * 1024 * 1024;
/** The umask with which only the owner can open the socket. */
const CLOSED_TO_OTHERS = 0o177;
const PATH = /^\/admin\/([a-z]+\/[a-z-]+)$/;

/** Returns the path of the socket. @param database the path of the component's database */
export function operatorSocket(database: string): string {
  return `${database}.sock`;
}

export class OperatorSocket {
  readonly #server: Server;

  constructor(
    private readonly administration: Pick<Administration, "run">,
    private readonly log: Logger,
  ) {
    this.#server = createServer((request, response) => {
      response.setHeader("Connection", "close");
      this.#answer(request).then(
        (result) => respond(response, result),
        (error: unknown) => {
          log.error(`The operation ${request.url ?? ""} failed, by a fault of the component`, { error });
          respond(response, BROKEN);
        },
      );
    });
  }

  async #answer(request: IncomingMessage): Promise<object | Refusal> {
    const [, path] = PATH.exec(request.url ?? "") ?? [];
    if (request.method !== "POST" || path === undefined)
      return new ApiFault("missing", `there is no operation ${request.url ?? ""}`);
    if (Number(request.headers["content-length"] ?? MAX_BODY + 1) > MAX_BODY)
      return badRequest(`the request is longer than ${MAX_BODY} bytes`);
    const read = jsonOf(await buffer(request));
    if (read instanceof Refusal) return read;
    const name = decodeURIComponent(String(request.headers["x-operator"] ?? "unknown"));
    return await runOperation(this.administration, path, read.raw, { name, way: "command line" });
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
