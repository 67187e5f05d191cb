/** Requests to the running component over the operators' socket (http/admin/socket.ts). */
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { operatorSocket } from "../http/admin/run.js";
import { ExitCode, Failure } from "./failure.js";
import { runAs } from "./file-access.js";
import { userName } from "./user-name.js";

/**
 * Sends a request: a GET, or a POST of JSON.
 * @param database the path of the component's database
 * @returns the response's body; undefined if no component listens at the socket
 * @throws Failure if this user may not open the socket, or the connection fails
 */
export async function askComponent(
  database: string,
  path: string,
  given?: object,
): Promise<string | undefined> {
  const socketPath = operatorSocket(database);
  const body = given && Buffer.from(JSON.stringify(given));
  const headers = {
    ...(body && { "Content-Type": "application/json", "Content-Length": body.length }),
    "X-Operator": encodeURIComponent(userName()),
  };
  try {
    const call = request({ socketPath, path, method: body === undefined ? "GET" : "POST", headers }).end(
      body,
    );
    const [response] = (await once(call, "response")) as [IncomingMessage];
    return await text(response);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ECONNREFUSED", "ENOTSOCK"].includes(code)) return undefined;
    if (code !== "EACCES" && code !== "EPERM")
      throw new Failure(
        `The component can't be reached at ${socketPath} (${message}).`,
        ExitCode.unavailable,
      );
    throw new Failure(`This user may not open ${socketPath}: ${runAs()}.`, ExitCode.noPerm);
  }
}
