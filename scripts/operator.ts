import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { OperationName } from "../component/administration/administration.js";
import { operatorSocket } from "../http/operator/server.js";
import { Errcode } from "../component/refusal.js";
import { ExitCode, Failure } from "./failure.js";

/**
 * Runs an operation in the running component, through its socket for operators (http/operator).
 * @param database the path of the component's database
 * @returns a sentence that says what was done
 * @throws Failure if the component isn't running or refuses the operation
 */
export async function askComponent(
  database: string,
  operation: OperationName,
  operands: object,
): Promise<string> {
  const socket = operatorSocket(database);
  let answer: unknown;
  try {
    answer = await post(socket, operation, operands);
  } catch (error) {
    throw unreachable(database, socket, error);
  }
  const { message, errcode, error } = answer as { message?: string; errcode?: number; error?: string };
  if (message !== undefined) return message;
  throw new Failure(
    `Nothing was changed. ${error ?? "The component sent an invalid answer: see its log."}`,
    exitCodeOf(errcode),
  );
}

function post(socketPath: string, operation: string, operands: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path: `/${operation}`, method: "POST" }, (response) => {
      text(response)
        .then((body) => resolve(JSON.parse(body)))
        .catch(reject);
    });
    call.on("error", reject);
    call.end(JSON.stringify(operands));
  });
}

function unreachable(database: string, socket: string, error: unknown): Failure {
  const { code = "", message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
    case "ECONNREFUSED":
      return new Failure(
        `No component runs on the database ${database}: start it and run this command again. Only the running component changes rooms.`,
        ExitCode.unavailable,
      );
    case "EACCES":
    case "EPERM":
      return new Failure(
        `This user may not open ${socket}: run the command as the component's user or as root.`,
        ExitCode.noPerm,
      );
    default:
      return new Failure(`The component can't be reached at ${socket} (${message}).`, ExitCode.unavailable);
  }
}

function exitCodeOf(errcode: number | undefined): ExitCode {
  if (errcode === Errcode.unavailable) return ExitCode.tempFail;
  return errcode === undefined ? ExitCode.software : ExitCode.dataErr;
}
