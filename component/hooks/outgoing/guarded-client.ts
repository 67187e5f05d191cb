/**
 * HTTP requests to a program that an operator named. The addresses to which they may lead are those of inner-network.ts,
 * redirects aren't followed, and time and size of a response are limited.
 */
import { once } from "node:events";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { guardedLookup, InnerAddress, refuseLiteral } from "./inner-network.js";
import { settled, type Settled } from "../../settled.js";

/** Where requests go, and what limits them. */
export interface Target {
  /** An http or https URL, perhaps with user and password. */
  readonly url: string;
  /** The private addresses and networks at which the program may be. */
  readonly inner: readonly string[];
}

export interface HttpRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string;
  /** What follows the URL's path, with its "/" and perhaps a query; by default, nothing. */
  readonly below?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** The response's body; undefined if it is too long. */
  readonly text: string | undefined;
}

/** Why there is no answer, without the URL, which may contain secrets. */
export interface NoAnswer {
  readonly reason: string;
  /** The private address to which the request would have led. */
  readonly inner?: string | undefined;
}

/** How long a request may take, from the name lookup to the last byte of the response; in milliseconds. */
const TIMEOUT_MS = 15_000;
/** How many interim responses (1xx) may precede a response. */
const MAX_INTERIM = 10;
/** The maximum size of a response, in bytes. */
const MAX_RESPONSE_BYTES = 64 * 1024;

export class GuardedClient {
  readonly #url: URL;
  readonly #http: typeof http | typeof https;
  readonly #agent: http.Agent;
  readonly #closed = new AbortController();
  readonly #timeout: number;
  readonly #maxBytes: number;

  /** @param limits `timeout` in milliseconds, and `maxBytes` of a response */
  constructor(
    private readonly target: Target,
    limits: { readonly timeout?: number | undefined; readonly maxBytes?: number } = {},
  ) {
    this.#timeout = limits.timeout ?? TIMEOUT_MS;
    this.#maxBytes = limits.maxBytes ?? MAX_RESPONSE_BYTES;
    this.#url = new URL(target.url);
    // Each target has its own agent: its connection may lead to an address that is forbidden to others.
    this.#http = this.#url.protocol === "https:" ? https : http;
    this.#agent = new this.#http.Agent({ keepAlive: true, maxSockets: 1 });
  }

  /** Sends a request, and reads the response. */
  send(asked: HttpRequest): Settled<HttpAnswer | NoAnswer> {
    return settled<HttpAnswer | NoAnswer>(
      () => this.#send(asked),
      (error) => ({ reason: reasonOf(error) }),
    );
  }

  async #send(asked: HttpRequest): Promise<HttpAnswer | NoAnswer> {
    const literal = refuseLiteral(this.#url.hostname, this.target.inner);
    if (literal !== undefined) return { reason: literal.message, inner: literal.address };
    if (this.#closed.signal.aborted) return CLOSED;
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(this.#timeout)]);
    for (;;) {
      let request: ClientRequest | undefined;
      try {
        request = this.#request(asked, signal);
        const [response] = (await once(request, "response")) as [IncomingMessage];
        const text = await textOf(response, this.#maxBytes);
        return { status: response.statusCode ?? 0, headers: response.headers, text };
      } catch (error) {
        // The server closed the idle connection before it read the request, so the request is sent again.
        if (request?.reusedSocket === true && codeOf(error) === "ECONNRESET" && !signal.aborted) continue;
        if (signal.aborted)
          return signal.reason === this.#closed.signal.reason
            ? CLOSED
            : { reason: `no response within ${this.#timeout / 1000} s` };
        return error instanceof InnerAddress
          ? { reason: error.message, inner: error.address }
          : { reason: reasonOf(error) };
      }
    }
  }

  /** Aborts the current request and closes the connection. */
  close(): void {
    this.#closed.abort();
    this.#agent.destroy();
  }

  #request({ method, headers, body, below = "" }: HttpRequest, signal: AbortSignal): ClientRequest {
    const url = below === "" ? this.#url : new URL(`${this.#url.href.replace(/\/$/, "")}${below}`, this.#url);
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const request = this.#http.request(url, {
      method,
      agent: this.#agent,
      lookup: guardedLookup(this.target.inner),
      signal,
      auth: credentialsIn(this.#url),
      headers: {
        ...(bytes && { "content-type": "application/json", "content-length": bytes.length }),
        "user-agent": "qtalk-component",
        ...headers,
      },
    });
    let interim = 0;
    request.on("information", () => {
      if (++interim > MAX_INTERIM) request.destroy(Object.assign(new Error(INTERIM), { code: INTERIM }));
    });
    request.end(bytes);
    return request;
  }
}

/** Returns user and password of a URL (RFC 3986 §3.2.1). @throws URIError if a "%" in them isn't followed by two digits */
export function credentialsIn({ username, password }: URL): string | null {
  return username === "" ? null : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
}

/** Reads the text of a response. @returns undefined if the text is too long */
async function textOf(response: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** The answer after close(). */
const CLOSED: NoAnswer = { reason: "interrupted: the component is stopping, or the hook was changed" };

/** The code of the error of a request with too many interim responses. */
const INTERIM = "INTERIM";
const REASONS: ReadonlyMap<string, string> = new Map([
  ["", "the request failed"],
  ["ECONNREFUSED", "nothing listens there"],
  ["ENOTFOUND", "the host name is unknown"],
  ["EAI_AGAIN", "the host name could not be resolved"],
  [INTERIM, `more than ${MAX_INTERIM} interim responses (1xx) came before the response`],
  ["ECONNRESET", "the connection was closed without a response"],
]);

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return REASONS.get(code) ?? `the request failed (${code})`;
}
