/** http.listen on this machine: its URL, what answers there, what holds the port, and why listening fails. */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { networkFault } from "../component/link/stream-end.js";
import { ownProperty } from "../component/own-property.js";
import { agrees, parseListen, passedSocket, type Listen } from "../http/listen.js";
import { MailServer, type MailServerOptions } from "../http/mail/smtp-server.js";
import type { HttpServer } from "../http/http-server.js";
import { ExitCode, Failure } from "./failure.js";
import { lowPortAdvice } from "./sandbox.js";
import { SERVICE_UNIT, SOCKET_UNIT, unitProperties } from "./service-manager.js";

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

/** The socket unit of systemd. */
export interface SocketUnit {
  /** `inactive` units start with the component; masked ones don't. */
  readonly state: "active" | "inactive" | "masked";
  /** Its address; undefined if it is unknown. */
  readonly address: string | undefined;
}

/** Who holds the port, as a sentence without a full stop, and what to do if something is wrong. */
export interface PortHolder {
  readonly text: string;
  readonly todo?: string;
  /** Whether systemd listens on the port now, so that nobody else can. */
  readonly isHeld: boolean;
}

/**
 * Returns whether systemd or the component itself holds the port while the component runs; undefined on a machine
 * without the socket unit.
 * @param isRunning whether the component answers at http.listen
 */
export function portHolder(
  listen: Listen,
  isRunning: boolean,
  socket = socketUnit(),
): PortHolder | undefined {
  if (socket === undefined) return undefined;
  const { state, address } = socket;
  const bound = parseListen(address ?? "");
  const isSame = bound !== undefined && agrees(listen, { address: bound.host, port: bound.port });
  const waits = `(${SOCKET_UNIT}): calls wait while the component restarts`;
  const fails = "calls fail while the component restarts";
  if (state !== "masked" && !isSame) {
    const todo = `Set ListenStream to http.listen (systemctl edit ${SOCKET_UNIT}), or http.listen to ${address ?? "its address"}.`;
    const text = `${SOCKET_UNIT} listens on ${address ?? "no port"}, but http.listen is ${listen.text}: ${fails}`;
    return { text, todo, isHeld: false };
  }
  if (state === "active") return { text: `systemd holds the port ${listen.text} ${waits}`, isHeld: true };
  if (state === "masked") {
    const todo = `To let them wait instead: systemctl unmask ${SOCKET_UNIT}, then stop and start the component.`;
    return {
      text: `the component itself holds the port ${listen.text} when it runs: ${fails}`,
      todo,
      isHeld: false,
    };
  }
  if (!isRunning)
    return {
      text: `when the component is started, systemd holds the port ${listen.text} ${waits}`,
      isHeld: false,
    };
  const todo =
    "To let them wait instead: systemctl stop qtalk-component, then systemctl start qtalk-component.";
  return { text: `the component holds the port ${listen.text} itself: ${fails}`, todo, isHeld: false };
}

const CONNECT_MS = 5_000;

/** Connects to an address by TCP. @returns why this failed; undefined if it succeeded */
export function unreachable(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (fault: string | undefined): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(CONNECT_MS, () => settle(`no answer within ${CONNECT_MS / 1000} s`));
    socket.once("connect", () => settle(undefined));
    socket.once("error", (error) => settle(networkFault(error)));
  });
}

/** What answers at http.listen. */
export type Listener = "component" | "another" | "nothing";

/** Returns what listens at http.listen, without waking the component up if systemd listens in its place. */
export async function listenerAt(listen: Listen): Promise<Listener> {
  if (isAsleep(listen)) return "nothing";
  if ((await readinessAt(listen)) !== undefined) return "component";
  const host = new URL(ownUrl(listen)).hostname.replace(/^\[|\]$/g, "");
  return (await unreachable(host, listen.port)) === undefined ? "another" : "nothing";
}

/** Whether systemd holds the port, and would start the component at the first connection. */
function isAsleep(listen: Listen): boolean {
  if (portHolder(listen, false)?.isHeld !== true) return false;
  const state = unitProperties(SERVICE_UNIT, ["ActiveState"])?.get("ActiveState");
  return state === "inactive" || state === "failed";
}

function socketUnit(): SocketUnit | undefined {
  const found = unitProperties(SOCKET_UNIT, ["LoadState", "ActiveState", "Listen"]);
  const load = found?.get("LoadState");
  if (load !== "loaded" && load !== "masked") return undefined;
  const state = load === "masked" ? load : found?.get("ActiveState") === "active" ? "active" : "inactive";
  return { state, address: /^\S+/.exec(found?.get("Listen") ?? "")?.[0] };
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
export async function tryListening(address: Listen): Promise<void> {
  await listenOnce(address).catch((error: unknown) => {
    throw listenFailure(error, address.text);
  });
}

/**
 * Tries to listen at smtp.listen.
 * @param mayBindAnyPort whether the component may listen on ports on which this process may not
 * @throws Failure if the component couldn't listen there
 */
export async function tryListeningForMail(address: Listen, mayBindAnyPort: boolean): Promise<void> {
  await listenOnce(address).catch((error: unknown) => {
    if (!mayBindAnyPort || (error as NodeJS.ErrnoException).code !== "EACCES")
      throw mailFailure(error, address.text);
  });
}

async function listenOnce({ host, port }: Listen): Promise<void> {
  const server = createServer();
  await once(server.listen(port, host), "listening");
  await once(server.close(), "close");
}

/** Takes mail at smtp.listen; undefined if that isn't set. @throws Failure if the component can't listen there */
export async function listenForMail(options: MailServerOptions): Promise<MailServer | undefined> {
  const { config, log } = options;
  if (config.listen === undefined) return undefined;
  try {
    const server = new MailServer(options);
    log.info(`Taking mail for hooks on ${config.listen.host}, port ${await server.listen()}`);
    return server;
  } catch (error) {
    throw mailFailure(error, config.listen.text);
  }
}

function mailFailure(error: unknown, address: string): Failure {
  const { path, message } = error as NodeJS.ErrnoException;
  if (path === undefined) return listenFailure(error, address, "smtp.listen");
  const text = `The certificate for mail can't be read (${message}): correct smtp.certificate and smtp.key.`;
  return new Failure(text, ExitCode.config, { cause: error });
}

/** @param key the key of the configuration that has the address */
function listenFailure(error: unknown, address: string, key = "http.listen"): Failure {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const other = [`Listening on {} failed (${message}): check http.listen`, ExitCode.unavailable] as const;
  const [text, exitCode] = ownProperty(LISTEN_FAILURES, code) ?? other;
  // Systemd itself listens at http.listen, on any port.
  const more = code === "EACCES" && key === "smtp.listen" ? `${lowPortAdvice()}.` : ".";
  const sentence = `${text.replace("{}", () => address).replace("http.listen", key)}${more}`;
  return new Failure(sentence, exitCode, { cause: error });
}

/** What is wrong with the address, which {} stands for; without the full stop. */
type ListenFailure = readonly [text: string, exitCode: ExitCode];

const NOT_OURS: ListenFailure = [
  "{} is not an address of this machine: correct http.listen, such as 127.0.0.1:10050",
  ExitCode.config,
];

const LISTEN_FAILURES: Readonly<Record<string, ListenFailure>> = {
  EADDRINUSE: [
    "Another program listens on {} already: stop it, or choose another port with http.listen",
    ExitCode.unavailable,
  ],
  EACCES: ["This user may not listen on {}: choose a port above 1023 with http.listen", ExitCode.noPerm],
  EADDRNOTAVAIL: NOT_OURS,
  ENOTFOUND: NOT_OURS,
};
