/** One HTTP request to another program, with its response: bounded in time, size and interim responses. */
import { once } from "node:events";
import http, { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { InnerAddress } from "./inner-network.js";

export interface ExchangeRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Buffer;
  /** Keeps connections; by default each request has its own. */
  readonly agent?: http.Agent;
  /** Resolves the host's name; by default to any address. */
  readonly lookup?: LookupFunction;
  /** Ends the request. */
  readonly signal: AbortSignal;
  /** The maximum size of the response's body, in bytes. */
  readonly most: number;
}

export interface ExchangeResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Undefined if it is larger than allowed. */
  readonly body: Buffer | undefined;
}

/** How many interim responses (1xx) may precede a response. */
const MAX_INTERIM = 10;
/** The code of the error of a request with too many interim responses. */
const INTERIM = "INTERIM";

/** Returns the module that speaks a URL's protocol. */
export function clientOf({ protocol }: URL): typeof http | typeof https {
  return protocol === "https:" ? https : http;
}

/**
 * Sends a request, and reads the response. Redirects aren't followed.
 * @throws whatever prevents it, also after the signal: failureOf() says why
 */
export async function exchange(url: URL, request: ExchangeRequest): Promise<ExchangeResponse> {
  const { body, most, signal, ...options } = request;
  for (;;) {
    const sent = clientOf(url).request(url, { ...options, signal, auth: credentialsIn(url) });
    let interim = 0;
    sent.on("information", () => {
      if (++interim > MAX_INTERIM) sent.destroy(Object.assign(new Error(INTERIM), { code: INTERIM }));
    });
    sent.end(body);
    try {
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      const { statusCode: status = 0, headers } = response;
      return { status, headers, body: await bodyOf(response, most) };
    } catch (error) {
      // The server closed the idle connection before it read the request, so the request is sent again.
      if (!sent.reusedSocket || codeOf(error) !== "ECONNRESET" || signal.aborted) throw error;
    }
  }
}

/** Returns user and password of a URL (RFC 3986 §3.2.1). @throws URIError if a "%" in them isn't followed by two digits */
export function credentialsIn({ username, password }: URL): string | null {
  return username === "" ? null : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
}

async function bodyOf(response: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["", "the request failed"],
  ["ECONNREFUSED", "nothing listens there"],
  ["ENOTFOUND", "the host name is unknown"],
  ["EAI_AGAIN", "the host name could not be resolved"],
  [INTERIM, `more than ${MAX_INTERIM} interim responses (1xx) came before the response`],
  ["ECONNRESET", "the connection was closed without a response"],
]);

/** Returns why an exchange failed, without the URL, which may contain secrets. */
export function failureOf(error: unknown): string {
  if (error instanceof InnerAddress) return error.message;
  const code = codeOf(error);
  return REASONS.get(code) ?? `the request failed (${code})`;
}

/** Returns the response's status as an operator reads it. */
export function statusText(status: number): string {
  return `HTTP ${status}${status >= 300 && status < 400 ? "; redirects are not followed" : ""}`;
}
