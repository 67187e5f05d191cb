/** Asks the component that runs on a database to do something: through its operators' socket (http/operator). */
import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { OperationName } from "../component/administration/administration.js";
import { operatorSocket } from "../http/operator/server.js";
import { Errcode } from "../component/refusal.js";
import { ExitCode, Failure } from "./failure.js";
import { asFolderOwner } from "./folder-owner.js";

/** @returns what was done, in a sentence @throws Failure where it doesn't run, or refuses */
export async function askComponent(
  database: string,
  operation: OperationName,
  told: object,
): Promise<string> {
  const socket = operatorSocket(database);
  let answer: unknown;
  try {
    answer = await asFolderOwner(database, () => post(socket, operation, told));
  } catch (error) {
    throw unreachable(database, socket, error);
  }
  const { told: done, errcode, error } = answer as { told?: string; errcode?: number; error?: string };
  if (done !== undefined) return done;
  throw new Failure(
    `Nothing was done. ${error ?? "The component's answer can't be read."}`,
    exitCodeOf(errcode),
  );
}

function post(socketPath: string, operation: string, told: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path: `/${operation}`, method: "POST" }, (response) => {
      text(response)
        .then((body) => resolve(JSON.parse(body)))
        .catch(reject);
    });
    call.on("error", reject);
    call.end(JSON.stringify(told));
  });
}

function unreachable(database: string, socket: string, error: unknown): Failure {
  const { code = "", message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
    case "ECONNREFUSED":
      return new Failure(
        `No component runs on the database ${database}. Rooms are changed by the component itself, which tells those inside: start it, and say this again.`,
        ExitCode.unavailable,
      );
    case "EACCES":
    case "EPERM":
      return new Failure(
        `This user may not open ${socket}: use the component's own user, or root.`,
        ExitCode.noPerm,
      );
    default:
      return new Failure(`The component can't be asked at ${socket} (${message}).`, ExitCode.unavailable);
  }
}

function exitCodeOf(errcode: number | undefined): ExitCode {
  if (errcode === Errcode.unavailable) return ExitCode.tempFail;
  return errcode === undefined ? ExitCode.software : ExitCode.dataErr;
}
