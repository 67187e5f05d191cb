/**
 * A load of HTTP requests over a fixed number of connections that are kept alive, each sending its next request when
 * the answer to its last has come. Plain sockets: the generator should cost as little as it can, and the same for
 * whichever server it drives.
 */
import { connect, type Socket } from "node:net";
import { percentile } from "./table.js";

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  /** Further headers, each ending in CR LF. */
  readonly headers?: string;
  readonly connections: number;
  /** How long it goes on, or how many requests there are. */
  readonly seconds?: number;
  readonly requests?: number;
  /** The body of the nth request of all. */
  body(n: number): string;
  /** Throws where an answer isn't the expected one. */
  check(body: string): void;
}

export interface LoadResult {
  readonly requests: number;
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** How much of the time this process was busy, from 0 to 1: near 1, the generator is what is measured. */
  readonly busy: number;
}

export async function load(options: LoadOptions): Promise<LoadResult> {
  const started = performance.now();
  const before = performance.eventLoopUtilization();
  const { seconds: time = Infinity, requests: most = Infinity } = options;
  const latencies: number[] = [];
  let sent = 0;
  const next = (): string | undefined =>
    sent < most && performance.now() < started + time * 1000 ? options.body(sent++) : undefined;
  await Promise.all(Array.from({ length: options.connections }, () => drive(options, next, latencies)));
  const seconds = (performance.now() - started) / 1000;
  const busy = performance.eventLoopUtilization(before).utilization;
  const rate = latencies.length / seconds;
  const at = (share: number): number => percentile(latencies, share);
  return { requests: latencies.length, rate, p50: at(0.5), p99: at(0.99), busy };
}

function drive(options: LoadOptions, next: () => string | undefined, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(options.port, "127.0.0.1");
    let received = "";
    let askedAt = 0;
    const ask = (): void => {
      const body = next();
      if (body === undefined) {
        socket.end();
        resolve();
        return;
      }
      askedAt = performance.now();
      write(socket, options, body);
    };
    socket.setEncoding("latin1");
    socket.setNoDelay(true);
    socket.on("connect", ask);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed a connection")));
    socket.on("data", (chunk: string) => {
      received += chunk;
      const body = answerIn(received);
      if (body === undefined) return;
      received = "";
      latencies.push(performance.now() - askedAt);
      try {
        options.check(body);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
        socket.destroy();
        return;
      }
      ask();
    });
  });
}

function write(socket: Socket, { path, headers = "" }: LoadOptions, body: string): void {
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
      `${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** The body of a complete answer; undefined while it isn't complete. */
function answerIn(text: string): string | undefined {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const length = /content-length: *(\d+)/i.exec(text.slice(0, head))?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${text.slice(0, head)}`);
  const body = text.slice(head + 4);
  return body.length >= Number(length) ? body : undefined;
}
