/** Delivers events to a program by signed HTTP requests (Standard Webhooks), and reads the responses. */
import { once } from "node:events";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { Webhook } from "standardwebhooks";
import type { HookEvent } from "../../../storage/hook-events.js";
import type { StoredOutgoingHook } from "../../../storage/outgoing-hooks-store.js";
import { guardedLookup, InnerAddress, refuseLiteral } from "./inner-network.js";

/** The program that receives the events of a webhook. */
export type Receiver = Pick<StoredOutgoingHook, "url" | "secret" | "inner">;

/** An event. Its id is the same in each attempt. */
export type Delivery = Pick<HookEvent, "id" | "body">;

/** The result of one attempt to deliver an event. `answer` is the response's text; undefined if that is too long. */
export type DeliveryResult =
  { readonly isDelivered: true; readonly status: number; readonly answer: string | undefined } | Failure;

export interface Failure {
  readonly isDelivered: false;
  /** Why the attempt failed, without the URL, which may contain secrets. */
  readonly reason: string;
  /** The pause that the receiving program requests before the next attempt, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** Whether the program refuses all further attempts (status 410). */
  readonly isGone?: boolean;
}

/** How long a request may take, from the name lookup to the last byte of the response; in milliseconds. */
const TIMEOUT_MS = 15_000;
/** How many interim responses (1xx) may precede a response. */
const MAX_INTERIM = 10;
/** The maximum size of a response, in bytes. */
const MAX_RESPONSE_BYTES = 64 * 1024;

export class DeliveryRequests {
  readonly #url: URL;
  readonly #http: typeof http | typeof https;
  readonly #agent: http.Agent;
  readonly #closed = new AbortController();

  constructor(
    private readonly receiver: Receiver,
    private readonly timeout = TIMEOUT_MS,
  ) {
    this.#url = new URL(receiver.url);
    // Each webhook has its own agent: its connection may lead to an address that is forbidden to other webhooks.
    this.#http = this.#url.protocol === "https:" ? https : http;
    this.#agent = new this.#http.Agent({ keepAlive: true, maxSockets: 1 });
  }

  /** Sends an event. Never rejects. */
  async post(posting: Delivery): Promise<DeliveryResult> {
    const literal = refuseLiteral(this.#url.hostname, this.receiver.inner);
    if (literal !== undefined) return failed(literal.message);
    if (this.#closed.signal.aborted) return failed("the component is stopping");
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(this.timeout)]);
    for (;;) {
      let request: ClientRequest | undefined;
      try {
        request = this.#request(posting, signal);
        return await resultOf(request);
      } catch (error) {
        // The server closed the idle connection before it read the request, so the request is sent again.
        if (request?.reusedSocket === true && codeOf(error) === "ECONNRESET" && !signal.aborted) continue;
        return failed(signal.aborted ? `no response within ${this.timeout / 1000} s` : reasonOf(error));
      }
    }
  }

  /** Aborts the current request and closes the connection. */
  close(): void {
    this.#closed.abort();
    this.#agent.destroy();
  }

  #request({ id, body }: Delivery, signal: AbortSignal): ClientRequest {
    const { secret, inner } = this.receiver;
    const bytes = Buffer.from(body);
    const at = new Date();
    const request = this.#http.request(this.#url, {
      method: "POST",
      agent: this.#agent,
      lookup: guardedLookup(inner),
      signal,
      auth: credentialsIn(this.#url),
      headers: {
        "content-type": "application/json",
        "content-length": bytes.length,
        "user-agent": "qtalk-component",
        "webhook-id": id,
        "webhook-timestamp": Math.floor(at.getTime() / 1000),
        "webhook-signature": new Webhook(secret).sign(id, at, body),
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

async function resultOf(request: ClientRequest): Promise<DeliveryResult> {
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const { statusCode: status = 0, headers } = response;
  const answer = await textOf(response);
  if (status >= 200 && status < 300) return { isDelivered: true, status, answer };
  const redirect = status >= 300 && status < 400 ? "; redirects are not followed" : "";
  return {
    isDelivered: false,
    reason: `HTTP ${status}${redirect}`,
    retryAfter: retryAfterIn(headers["retry-after"]),
    isGone: status === 410,
  };
}

/** Reads the text of a response. @returns undefined if the text is too long */
async function textOf(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > MAX_RESPONSE_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Parses Retry-After (RFC 9110 §10.2.3) as milliseconds from now; undefined if it is missing or invalid. */
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
  if (error instanceof InnerAddress) return error.message;
  const code = codeOf(error);
  return REASONS.get(code) ?? `the request failed (${code})`;
}
