/**
 * Sends HTTP requests over a fixed number of persistent connections. Each connection sends one request after another.
 * Plain sockets keep the generator's own cost low, and equal for all servers.
 */
import { connect, type Socket } from "node:net";
import { percentile } from "./table.js";

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  /** Additional header lines, each ending in CR LF. */
  readonly headers?: string;
  readonly connections: number;
  /** How long to send requests, in seconds; absent: without limit. */
  readonly seconds?: number;
  /** How many requests to send in all; absent: without limit. */
  readonly requests?: number;
  /** Returns the body of a request. @param n the request's number, from 0, over all connections */
  body(n: number): string;
  /** @throws Error if the response isn't the expected one */
  check(body: string): void;
}

export type LoadResult = Awaited<ReturnType<typeof load>>;

/**
 * @returns the number of requests, and per second; the median and 99 % response times, in milliseconds; how busy this
 * process was, from 0 to 1: near 1, the generator is measured instead of the server
 */
export async function load(options: LoadOptions) {
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

/** Returns the body of a complete response. @throws Error if the response has no Content-Length */
function answerIn(text: string): string | undefined {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const length = /content-length: *(\d+)/i.exec(text.slice(0, head))?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${text.slice(0, head)}`);
  const body = text.slice(head + 4);
  return body.length >= Number(length) ? body : undefined;
}
