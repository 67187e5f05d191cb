/**
 * The operators' way into a running component: HTTP on a socket beside the database, which only who may write that can
 * open. Commands that change rooms go this way, as rooms are in memory while the component runs, and those inside are to
 * be told. POST /OPERATION with a JSON object is answered {"told": "…"} or {"errcode": …, "error": "…"}.
 */
import { lstatSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Logger } from "winston";
import { OPERATIONS, type OperationName } from "../../component/administration/administration.js";
import type { AdministrationContext, Done } from "../../component/administration/context.js";
import type { Operation } from "../../component/administration/operation.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { validationMessage } from "../validation-message.js";

/** The most bytes of a request. */
const MOST = 4 * 1024 * 1024;
/** For the owner alone, as the database. */
const CLOSED_TO_OTHERS = 0o177;

/** Where the component that runs on this database listens. */
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
        log.error("An operator's command could not be done", { error });
        reply(response, new Refusal(Errcode.unavailable, "internal error: see the component's log"));
      });
    });
  }

  /** Where it can't listen, the log says so: everything else goes on. To be called by the one that has the database. */
  async listen(path: string): Promise<void> {
    try {
      // What a killed process left behind; whatever else there is, stays.
      if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) rmSync(path);
      await this.#bind(path);
    } catch (error) {
      this.log.warn(
        `Commands can't change rooms while this component runs: ${path} can't be listened on (${String(error)})`,
      );
    }
  }

  /** Takes no more; what is being done goes on as long as the process does. */
  close(): void {
    this.#server.close();
  }

  #bind(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject).once("listening", () => {
        this.#server.off("error", reject);
        resolve();
      });
      const mask = process.umask(CLOSED_TO_OTHERS);
      // The file is made before this returns.
      this.#server.listen(path);
      process.umask(mask);
    });
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
  const told = await read(request);
  reply(response, told instanceof Refusal ? told : await operate(operation, context, told));
}

/** Reads what an operation is told, and does it. */
export async function operate(
  operation: Operation,
  context: AdministrationContext,
  told: unknown,
): Promise<Done | Refusal> {
  const { data, error } = operation.call.safeParse(told);
  return error === undefined
    ? await operation.run(context, data)
    : new Refusal(Errcode.request, validationMessage(error, told));
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
    return new Refusal(Errcode.request, "the request's body: is no JSON");
  }
}

function reply(response: ServerResponse, outcome: Done | Refusal): void {
  if (response.headersSent) return;
  const isRefused = outcome instanceof Refusal;
  const body = isRefused ? { errcode: outcome.errcode, error: outcome.message } : { told: outcome.told };
  response.writeHead(isRefused ? 400 : 200, { "Content-Type": "application/json", Connection: "close" });
  response.end(JSON.stringify(body));
}
