/** http.listen on this machine: its URL, what answers there, what holds the port, and why listening fails. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { ownProperty } from "../component/own-property.js";
import { agrees, parseListen, passedSocket, type Listen } from "../http/listen.js";
import type { HttpServer } from "../http/server.js";
import { ExitCode, Failure } from "./failure.js";

const WAIT_MS = 2_000;

/** Returns the URL at which this machine reaches the component, such as http://127.0.0.1:10050. */
export function ownUrl({ host: listened, port }: Listen): string {
  const host = ownProperty({ "0.0.0.0": "127.0.0.1", "::": "::1" }, listened) ?? listened;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Returns the body of the response to a GET request; "" if there is no response. */
async function textOf(url: string): Promise<string> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(WAIT_MS) })).text();
  } catch {
    return "";
  }
}

/** Returns what /readyz of the component at http.listen says; undefined if no component answers there. */
export async function readinessAt(
  listen: Listen,
): Promise<{ readonly ready: unknown; readonly reason?: unknown } | undefined> {
  try {
    const value: unknown = JSON.parse(await textOf(`${ownUrl(listen)}/readyz`));
    return typeof value === "object" && value !== null && "ready" in value ? value : undefined;
  } catch {
    return undefined;
  }
}

const UNIT = "qtalk-component.socket";

/**
 * Returns whether systemd or the component itself holds the port, as a sentence without a full stop, and what to do if
 * something is wrong; undefined on a machine without systemd.
 */
export function portHolder(
  listen: Listen,
  socket = activeSocket(),
): { readonly text: string; readonly todo?: string } | undefined {
  if (socket === undefined) return undefined;
  const calls = "calls fail while the component restarts";
  if (socket === "") {
    const todo = `To let them wait instead: systemctl enable ${UNIT}, then stop the component, start ${UNIT} and start the component.`;
    return { text: `the component holds the port ${listen.text} itself: ${calls}`, todo };
  }
  const bound = parseListen(socket);
  if (bound !== undefined && agrees(listen, { address: bound.host, port: bound.port }))
    return {
      text: `systemd holds the port ${listen.text} (${UNIT}): calls wait while the component restarts`,
    };
  const todo = `Set ListenStream to http.listen (systemctl edit ${UNIT}), or http.listen to ${socket}.`;
  return { text: `${UNIT} listens on ${socket}, but http.listen is ${listen.text}: ${calls}`, todo };
}

/** Returns the address of the active socket unit; "" if it isn't active; undefined without the unit or without systemd. */
function activeSocket(): string | undefined {
  try {
    const args = ["show", "--property=LoadState,ActiveState,Listen", UNIT];
    const text = execFileSync("systemctl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    if (!text.includes("LoadState=loaded")) return undefined;
    if (!text.includes("ActiveState=active")) return "";
    return /^Listen=(\S+)/m.exec(text)?.[1] ?? "";
  } catch {
    return undefined;
  }
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
