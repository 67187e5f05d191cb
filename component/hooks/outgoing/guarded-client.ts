/**
 * HTTP requests to a program that an operator named. The addresses to which they may lead are those of inner-network.ts,
 * redirects aren't followed, and time and size of a response are limited.
 */
import type http from "node:http";
import { clientOf, exchange, failureOf, type ExchangeResponse } from "./http-exchange.js";
import { guardedLookup, InnerAddress, refuseLiteral } from "./inner-network.js";
import { settled, type Settled } from "../../settled.js";

/** Where requests go, and what limits them. */
export interface RequestTarget {
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
/** The maximum size of a response, in bytes. */
const MAX_RESPONSE_BYTES = 64 * 1024;

export class GuardedClient {
  readonly #url: URL;
  readonly #agent: http.Agent;
  readonly #closed = new AbortController();
  readonly #timeout: number;
  readonly #maxBytes: number;

  /** @param limits `timeout` in milliseconds, and `maxBytes` of a response */
  constructor(
    private readonly target: RequestTarget,
    limits: { readonly timeout?: number | undefined; readonly maxBytes?: number } = {},
  ) {
    this.#timeout = limits.timeout ?? TIMEOUT_MS;
    this.#maxBytes = limits.maxBytes ?? MAX_RESPONSE_BYTES;
    this.#url = new URL(target.url);
    // Each target has its own agent: its connection may lead to an address that is forbidden to others.
    this.#agent = new (clientOf(this.#url).Agent)({ keepAlive: true, maxSockets: 1 });
  }

  /** Sends a request, and reads the response. */
  send(asked: HttpRequest): Settled<HttpAnswer | NoAnswer> {
    return settled<HttpAnswer | NoAnswer>(
      () => this.#send(asked),
      (error) => ({ reason: failureOf(error) }),
    );
  }

  async #send(asked: HttpRequest): Promise<HttpAnswer | NoAnswer> {
    const literal = refuseLiteral(this.#url.hostname, this.target.inner);
    if (literal !== undefined) return { reason: literal.message, inner: literal.address };
    if (this.#closed.signal.aborted) return CLOSED;
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(this.#timeout)]);
    try {
      const { body, ...answer } = await this.#exchange(asked, signal);
      return { ...answer, text: body?.toString() };
    } catch (error) {
      if (signal.aborted)
        return signal.reason === this.#closed.signal.reason
          ? CLOSED
          : { reason: `no response within ${this.#timeout / 1000} s` };
      return { reason: failureOf(error), inner: error instanceof InnerAddress ? error.address : undefined };
    }
  }

  /** Aborts the current request and closes the connection. */
  close(): void {
    this.#closed.abort();
    this.#agent.destroy();
  }

  #exchange(
    { method, headers, body, below = "" }: HttpRequest,
    signal: AbortSignal,
  ): Promise<ExchangeResponse> {
    const url = below === "" ? this.#url : new URL(`${this.#url.href.replace(/\/$/, "")}${below}`, this.#url);
    const bytes = body === undefined ? undefined : Buffer.from(body);
    return exchange(url, {
      method,
      agent: this.#agent,
      lookup: guardedLookup(this.target.inner),
      signal,
      most: this.#maxBytes,
      ...(bytes && { body: bytes }),
      headers: {
        ...(bytes && { "content-type": "application/json", "content-length": bytes.length }),
        "user-agent": "qtalk-component",
        ...headers,
      },
    });
  }
}

/** The answer after close(). */
const CLOSED: NoAnswer = { reason: "interrupted: the component is stopping, or the hook was changed" };
