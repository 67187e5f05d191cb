/** Delivers events by signed HTTP requests (Standard Webhooks), and reads the responses. */
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { Webhook } from "standardwebhooks";
import { guardedLookup, InnerAddress, refuseLiteral } from "./inner-network.js";

/** The destination of events. */
export interface Receiver {
  readonly url: string;
  readonly secret: string;
  /** Private addresses and networks that are allowed. */
  readonly inner: readonly string[];
}

export interface Delivery {
  /** The same for each try. */
  readonly id: string;
  readonly body: string;
}

/** The outcome of one try. */
export type DeliveryResult =
  /** The response's text; undefined if it is too long. */
  | { readonly isDelivered: true; readonly status: number; readonly answer: string | undefined }
  | {
      readonly isDelivered: false;
      /** Without the URL, which may hold secrets. */
      readonly reason: string;
      /** The pause that the receiver requests, in milliseconds. */
      readonly retryAfter?: number | undefined;
      /** Whether the receiver wants no more tries (410). */
      readonly isGone?: boolean;
    };

/** Timeout from the name's look-up to the response's last byte, in milliseconds. */
const TIMEOUT_MS = 15_000;
/** The most bytes of a response. */
const MOST_BYTES = 64 * 1024;
const GONE = 410;

/** Keeps a connection to one receiver alive. */
export class DeliveryRequests {
  readonly #receiver: Receiver;
  readonly #url: URL;
  readonly #agent: HttpAgent | HttpsAgent;
  #current: AbortController | undefined;
  #isClosed = false;
  readonly #timeout: number;

  /** @param timeout of a request, in milliseconds */
  constructor(receiver: Receiver, timeout = TIMEOUT_MS) {
    this.#receiver = receiver;
    this.#timeout = timeout;
    this.#url = new URL(receiver.url);
    // An agent of its own, as a connection that one webhook may use must not serve another.
    const options = { keepAlive: true, maxSockets: 1 };
    this.#agent = this.#url.protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** Sends one event. Never rejects. */
  async post(posting: Delivery): Promise<DeliveryResult> {
    const literal = refuseLiteral(this.#url.hostname, this.#receiver.inner);
    if (literal !== undefined) return failed(literal.message);
    if (this.#isClosed) return failed("the component is stopping");
    const current = new AbortController();
    this.#current = current;
    const timer = setTimeout(() => current.abort(), this.#timeout);
    const outcome = await this.#try(posting, current.signal);
    clearTimeout(timer);
    return outcome;
  }

  /** Aborts the current request and closes the connection. */
  close(): void {
    this.#isClosed = true;
    this.#current?.abort();
    this.#agent.destroy();
  }

  async #try(posting: Delivery, signal: AbortSignal): Promise<DeliveryResult> {
    for (;;) {
      const request = this.#request(posting, signal);
      try {
        return await resultOf(request);
      } catch (error) {
        // The idle connection was closed before the request was read.
        if (request.reusedSocket && codeOf(error) === "ECONNRESET" && !signal.aborted) continue;
        return failed(signal.aborted ? `no response within ${this.#timeout / 1000} s` : reasonOf(error));
      }
    }
  }

  #request({ id, body }: Delivery, signal: AbortSignal): ClientRequest {
    const { secret, inner } = this.#receiver;
    const bytes = Buffer.from(body);
    const at = new Date();
    const { protocol, username, password } = this.#url;
    const request = (protocol === "https:" ? httpsRequest : httpRequest)(this.#url, {
      method: "POST",
      agent: this.#agent,
      lookup: guardedLookup(inner),
      signal,
      ...(username !== "" && { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
      headers: {
        "content-type": "application/json",
        "content-length": bytes.length,
        "user-agent": "qtalk-component",
        "webhook-id": id,
        "webhook-timestamp": Math.floor(at.getTime() / 1000),
        "webhook-signature": new Webhook(secret).sign(id, at, body),
      },
    });
    request.end(bytes);
    return request;
  }
}

async function resultOf(request: ClientRequest): Promise<DeliveryResult> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve).on("error", reject);
  });
  const { statusCode: status = 0, headers } = response;
  const answer = await textOf(response);
  if (status >= 200 && status < 300) return { isDelivered: true, status, answer };
  const redirect = status >= 300 && status < 400 ? "; redirects are not followed" : "";
  return {
    isDelivered: false,
    reason: `HTTP ${status}${redirect}`,
    retryAfter: retryAfterIn(headers["retry-after"]),
    isGone: status === GONE,
  };
}

/** Reads a response. @returns undefined if it is too long */
async function textOf(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Parses Retry-After, which is seconds or a date (RFC 9110 §10.2.3). */
function retryAfterIn(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

function failed(reason: string): DeliveryResult {
  return { isDelivered: false, reason };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the host name is unknown",
  EAI_AGAIN: "the host name could not be resolved",
  ECONNRESET: "the connection was closed without a response",
};

function reasonOf(error: unknown): string {
  if (error instanceof InnerAddress) return error.message;
  const code = codeOf(error);
  return REASONS[code] ?? (code === "" ? "the request failed" : `the request failed (${code})`);
}
