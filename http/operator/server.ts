/**
 * HTTP on a Unix socket beside the database, for commands that change rooms: only the running component can
 * change rooms in memory and notify occupants.
 * POST /OPERATION with a JSON object returns {"message": "…"} or {"errcode": …, "error": "…"}.
 */
import { once } from "node:events";
import { lstatSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Logger } from "winston";
import { OPERATIONS, type OperationName } from "../../component/administration/administration.js";
import type { AdministrationContext, Done } from "../../component/administration/context.js";
import type { Operation } from "../../component/administration/operation.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { validationMessage } from "../validation-message.js";

/** The maximum size of a request's body, in bytes. */
const MOST = 4 * 1024 * 1024;
/** The umask with which only the owner can open the socket. */
const CLOSED_TO_OTHERS = 0o177;

/** Returns the path of the socket. @param database the path of the component's database */
export function operatorSocket(database: string): string {
  return `${database}.sock`;
}

export class OperatorServer {
  readonly #server: Server;

  constructor(
    context: AdministrationContext,
    private readonly log: Logger,
  ) {
    this.#server = createServer((request, response) => {
      void answer(context, request, response).catch((error: unknown) => {
        log.error("An operator's command failed", { error });
        reply(response, new Refusal(Errcode.unavailable, "internal error: see the component's log"));
      });
    });
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
        `Can't listen on ${path}: commands that change rooms fail while this component runs (${String(error)})`,
      );
    }
  }

  /** Stops listening. Running commands continue. */
  close(): void {
    this.#server.close();
  }
}

async function answer(
  context: AdministrationContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = (request.url ?? "/").slice(1);
  const operation: Operation | undefined = Object.hasOwn(OPERATIONS, name)
    ? OPERATIONS[name as OperationName]
    : undefined;
  if (request.method !== "POST" || operation === undefined) {
    reply(response, new Refusal(Errcode.request, `there is no operation ${name} here`));
    return;
  }
  const given = await read(request);
  reply(response, given instanceof Refusal ? given : await operate(operation, context, given));
}

/** Parses an operation's arguments and runs it. */
export async function operate(
  operation: Operation,
  context: AdministrationContext,
  given: unknown,
): Promise<Done | Refusal> {
  const { data, error } = operation.call.safeParse(given);
  return error === undefined
    ? await operation.run(context, data)
    : new Refusal(Errcode.request, validationMessage(error, given));
}

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MOST) return new Refusal(Errcode.request, `the request is longer than ${MOST} bytes`);
    chunks.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return new Refusal(Errcode.request, "the request's body is not valid JSON");
  }
}

function reply(response: ServerResponse, outcome: Done | Refusal): void {
  if (response.headersSent) return;
  const isRefused = outcome instanceof Refusal;
  const body = isRefused
    ? { errcode: outcome.errcode, error: outcome.message }
    : { message: outcome.message };
  response.writeHead(isRefused ? 400 : 200, { "Content-Type": "application/json", Connection: "close" });
  response.end(JSON.stringify(body));
}
