/** Posts an event to its receiver, signed (Standard Webhooks), and reads what it answers. */
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { Webhook } from "standardwebhooks";
import { guardedLookup, InnerAddress, refuseLiteral } from "./inner-network.js";

/** Where events go, and what they are signed with. */
export interface Receiver {
  readonly url: string;
  readonly secret: string;
  /** Inner addresses and networks that it may be at. */
  readonly inner: readonly string[];
}

export interface Delivery {
  /** By which its receiver knows one that comes again. */
  readonly id: string;
  readonly body: string;
}

/** What became of a post. */
export type DeliveryResult =
  /** The answer's text; undefined where it has none, or too much of it. */
  | { readonly isDelivered: true; readonly status: number; readonly answer: string | undefined }
  | {
      readonly isDelivered: false;
      /** Without the address, which may hold secrets. */
      readonly reason: string;
      /** Milliseconds after which its receiver wants to be asked again. */
      readonly retryAfter?: number | undefined;
      /** It wants nothing any more. */
      readonly isGone?: boolean;
    };

/** Milliseconds from looking the name up to the answer's last byte. */
const PATIENCE_MS = 15_000;
/** More of an answer isn't read. */
const MOST_ANSWER = 64 * 1024;
const GONE = 410;

/** Keeps a connection to one receiver. */
export class DeliveryRequests {
  readonly #receiver: Receiver;
  readonly #url: URL;
  readonly #agent: HttpAgent | HttpsAgent;
  #current: AbortController | undefined;
  #isClosed = false;
  readonly #patience: number;

  /** @param patience milliseconds that a post may take */
  constructor(receiver: Receiver, patience = PATIENCE_MS) {
    this.#receiver = receiver;
    this.#patience = patience;
    this.#url = new URL(receiver.url);
    // An agent of its own: a connection that one hook was allowed must not serve another.
    const options = { keepAlive: true, maxSockets: 1 };
    this.#agent = this.#url.protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** Never rejects. */
  async post(posting: Delivery): Promise<DeliveryResult> {
    const literal = refuseLiteral(this.#url.hostname, this.#receiver.inner);
    if (literal !== undefined) return failed(literal.message);
    if (this.#isClosed) return failed("it is ended");
    const current = new AbortController();
    this.#current = current;
    const timer = setTimeout(() => current.abort(), this.#patience);
    const outcome = await this.#try(posting, current.signal);
    clearTimeout(timer);
    return outcome;
  }

  /** Ends what runs, and the connection. */
  close(): void {
    this.#isClosed = true;
    this.#current?.abort();
    this.#agent.destroy();
  }

  async #try(posting: Delivery, signal: AbortSignal): Promise<DeliveryResult> {
    for (;;) {
      const request = this.#request(posting, signal);
      try {
        return await outcomeOf(request);
      } catch (error) {
        // It was closed while nobody used it: nothing of this post was read.
        if (request.reusedSocket && codeOf(error) === "ECONNRESET" && !signal.aborted) continue;
        return failed(signal.aborted ? `no answer within ${this.#patience / 1000} s` : reasonOf(error));
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

async function outcomeOf(request: ClientRequest): Promise<DeliveryResult> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve).on("error", reject);
  });
  const { statusCode: status = 0, headers } = response;
  const answer = await textOf(response);
  if (status >= 200 && status < 300) return { isDelivered: true, status, answer };
  const redirect = status >= 300 && status < 400 ? "; redirects are not followed" : "";
  return {
    isDelivered: false,
    reason: `it answered ${status}${redirect}`,
    retryAfter: waitIn(headers["retry-after"]),
    isGone: status === GONE,
  };
}

/** @returns undefined where there is more than is read */
async function textOf(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > MOST_ANSWER) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function waitIn(header: string | undefined): number | undefined {
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
  ENOTFOUND: "there is no machine of that name",
  EAI_AGAIN: "the name could not be looked up",
  ECONNRESET: "the connection was closed without an answer",
};

function reasonOf(error: unknown): string {
  if (error instanceof InnerAddress) return error.message;
  const code = codeOf(error);
  return REASONS[code] ?? (code === "" ? "the post failed" : `the post failed (${code})`);
}
