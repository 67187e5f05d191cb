/** Errors of the environment at start: their exit codes, and messages about the address to listen on. */
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as lapse } from "node:timers/promises";
import type { HttpServer } from "../http/server.js";
import { passedSocket, type Listen } from "../http/listen.js";
import { Sqlite } from "../storage/sqlite.js";
import { StorageFault } from "../storage/storage-fault.js";
import { ExitCode, Failure } from "./failure.js";
import { ownProperty } from "../component/own-property.js";

/** Repeats work while another process holds the lock. @param wait how long at most, and between attempts, in milliseconds */
export async function whenFree<T>(
  wait: { readonly most: number; readonly each: number },
  work: () => T | Promise<T>,
): Promise<T> {
  const deadline = Date.now() + wait.most;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (exitCodeOf(error) !== ExitCode.tempFail || Date.now() > deadline) throw error;
    }
    await lapse(wait.each);
  }
}

/** Returns the exit code for an error: a failure's own, that of a database that can't be used, or that of an internal error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Failure) return error.exitCode;
  if (!(error instanceof StorageFault)) return ExitCode.software;
  const { cause } = error;
  // better-sqlite3 throws a TypeError if the folder doesn't exist.
  if (cause instanceof TypeError) return ExitCode.cantCreate;
  // Without a cause, the database has another version.
  if (cause === undefined) return ExitCode.dataErr;
  const code = cause instanceof Sqlite.SqliteError ? cause.code : "";
  if (/^SQLITE_(?:CANTOPEN|READONLY|PERM)/.test(code)) return ExitCode.cantCreate;
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) return ExitCode.tempFail;
  if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(code)) return ExitCode.dataErr;
  return ExitCode.ioErr;
}

/** Listens at http.listen, or on systemd's socket, and returns the port. @throws Failure if the component can't listen there */
export async function listen(http: HttpServer, address: string): Promise<number> {
  try {
    return (await http.listen(passedSocket())).port;
  } catch (error) {
    throw listenFailure(error, address);
  }
}

/** Tries to listen at http.listen. @throws Failure if the component couldn't listen there */
export async function tryListening({ host, port, text }: Listen): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen(port, host), "listening");
  } catch (error) {
    throw listenFailure(error, text);
  }
  await once(server.close(), "close");
}

function listenFailure(error: unknown, address: string): Failure {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const other = [`Listening on {} failed (${message}): check http.listen.`, ExitCode.unavailable] as const;
  const [text, exitCode] = ownProperty(LISTEN_FAILURES, code) ?? other;
  return new Failure(
    text.replace("{}", () => address),
    exitCode,
    { cause: error },
  );
}

/** What is wrong with the address, which {} stands for. */
type ListenFailure = readonly [text: string, exitCode: ExitCode];

const NOT_OURS: ListenFailure = [
  "{} is not an address of this machine: correct http.listen, such as 127.0.0.1:10050.",
  ExitCode.config,
];

const LISTEN_FAILURES: Readonly<Record<string, ListenFailure>> = {
  EADDRINUSE: [
    "Another program listens on {} already: stop it, or choose another port with http.listen.",
    ExitCode.unavailable,
  ],
  EACCES: ["This user may not listen on {}: choose a port above 1023 with http.listen.", ExitCode.noPerm],
  EADDRNOTAVAIL: NOT_OURS,
  ENOTFOUND: NOT_OURS,
};
