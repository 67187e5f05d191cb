/**
 * Reads request bodies within quotas of memory, ten times as fast as a body-parsing middleware.
 * Bodies that arrive more slowly than http.least_rate are refused, so that they don't occupy memory for long.
 */
import type { IncomingMessage } from "node:http";
import { Errcode, Refusal } from "../component/refusal.js";
import { QuotaPool } from "../component/limits/quota-pool.js";
import type { HttpConfig } from "./config.js";
import { TooSlow } from "./api-response.js";
import { isGzipped, unpack } from "./gzip.js";

export interface BodyTimes {
  /** How long a new body may be slower than http.least_rate, in milliseconds. */
  readonly grace: number;
  /** The interval at which the rates of all bodies are checked, in milliseconds. */
  readonly look: number;
}

/** The result of reading a body; "aborted" if the caller disconnected. */
export type Body = Buffer | Refusal | "aborted";

interface PendingBody {
  /** How many bytes have arrived. */
  size: number;
  /** How many rate checks the body has passed. This clock stands still while the event loop is blocked. */
  checks: number;
  /** Ends reading. Only the first result counts. */
  readonly settle: (result: Body) => void;
}

export class Bodies {
  readonly #limit: number;
  readonly #leastRate: number;
  readonly #quota: QuotaPool;
  /** How many bytes one account may use. */
  readonly #share: number;
  readonly #pending = new Set<PendingBody>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    { body_limit, bodies_limit, bodies_share, least_rate }: HttpConfig,
    private readonly times: BodyTimes,
  ) {
    this.#limit = body_limit;
    this.#leastRate = least_rate;
    this.#quota = new QuotaPool(Math.max(bodies_limit, body_limit));
    this.#share = Math.max(bodies_share, body_limit);
    this.#timer = setInterval(() => this.#cutSlow(), times.look).unref();
  }

  /**
   * Reads the body of a request.
   * @param owner the account whose quota the body uses
   * @param gzip whether to unpack a gzipped body, even without Content-Encoding
   */
  async read(request: IncomingMessage, owner: string, gzip = false): Promise<Body> {
    const body = await this.#read(request, owner, gzip);
    return gzip && body instanceof Buffer && isGzipped(body) ? await this.#unpack(body, owner) : body;
  }

  #read(request: IncomingMessage, owner: string, gzip: boolean): Promise<Body> {
    const limit = this.#limit;
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding !== "identity" && !(gzip && GZIP.test(encoding))) {
      const message = `the request's body has Content-Encoding ${encoding.slice(0, 40)}; expected plain JSON`;
      return Promise.resolve(new Refusal(Errcode.request, message));
    }
    // Node discards the unread body after the response, so that the caller can read the response.
    if (Number(request.headers["content-length"]) > limit) return Promise.resolve(tooLong(limit));
    return new Promise((resolve) => this.#collect(request, owner, resolve));
  }

  /** Unpacks a gzipped body. Limit and quota apply to the unpacked size. */
  async #unpack(body: Buffer, owner: string): Promise<Body> {
    const memory = this.#memoryOf(owner);
    const unpacked = await unpack(body, memory.grow);
    memory.release();
    return unpacked;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #collect(request: IncomingMessage, owner: string, resolve: (result: Body) => void): void {
    const memory = this.#memoryOf(owner);
    let chunks = new Chunks();
    const body: PendingBody = {
      size: 0,
      checks: 0,
      settle: (result) => {
        if (!this.#pending.delete(body)) return;
        memory.release();
        chunks = new Chunks();
        resolve(result);
      },
    };
    this.#pending.add(body);
    request.on("data", (chunk: Buffer) => {
      // The body was refused; its rest is discarded.
      if (!this.#pending.has(body)) return;
      body.size += chunk.length;
      const refusal = memory.grow(body.size) ?? chunks.add(chunk);
      if (refusal !== undefined) body.settle(refusal);
    });
    request.on("end", () => body.settle(chunks.joined));
    request.on("error", () => body.settle("aborted"));
  }

  /** Returns functions that reserve memory for a growing body within limit and quota, and that release this memory. */
  #memoryOf(owner: string): { grow: (size: number) => Refusal | undefined; release: () => void } {
    let held = 0;
    return {
      grow: (size) => {
        if (size > this.#limit) return tooLong(this.#limit);
        const more = size - EXEMPT - held;
        if (more <= 0) return undefined;
        if (!this.#quota.fits(more) || this.#quota.of(owner) + more > this.#share) return FULL;
        this.#quota.acquire(owner, more);
        held += more;
        return undefined;
      },
      release: () => {
        if (held > 0) this.#quota.release(owner, held);
      },
    };
  }

  #cutSlow(): void {
    const { grace, look } = this.times;
    for (const body of this.#pending) {
      const seconds = (++body.checks * look - grace) / 1000;
      if (seconds > 0 && body.size < seconds * this.#leastRate) body.settle(SLOW);
    }
  }
}

/** The pieces of a body. Small pieces are joined while they arrive, because each takes much more memory than its bytes. */
class Chunks {
  readonly #large: Buffer[] = [];
  #small: Buffer[] = [];
  #count = 0;

  add(chunk: Buffer): Refusal | undefined {
    if (chunk.length >= SMALL) this.#join().push(chunk);
    else {
      if (++this.#count > MAX_SMALL) return SCATTERED;
      if (this.#small.push(chunk) >= JOINED) this.#join();
    }
    return undefined;
  }

  get joined(): Buffer {
    const [first = Buffer.alloc(0), ...more] = this.#join();
    return more.length === 0 ? first : Buffer.concat([first, ...more]);
  }

  #join(): Buffer[] {
    if (this.#small.length > 0) this.#large.push(Buffer.concat(this.#small));
    this.#small = [];
    return this.#large;
  }
}

/**
 * How many bytes at the beginning of each body don't count. So large bodies never cause the refusal of small bodies.
 * The limit of connections also limits the sum of these bytes.
 */
const EXEMPT = 16 * 1024;

/** Pieces of fewer bytes are small. */
const SMALL = 512;
/** How many small pieces are joined at a time. */
const JOINED = 256;
/** How many small pieces a body may have. Each costs some microseconds. */
const MAX_SMALL = 20_000;

/** The names of gzip in Content-Encoding (RFC 9110 §8.4.1.3). */
const GZIP = /^(?:x-)?gzip$/i;

const FULL = new Refusal(Errcode.unavailable, "too many large requests at once; nothing was accepted");
const SCATTERED = new Refusal(
  Errcode.request,
  `the request's body came in more than ${MAX_SMALL} chunks of less than ${SMALL} bytes; send larger chunks`,
);
const SLOW = new TooSlow("the request's body arrived too slowly (http.least_rate); nothing was accepted");

function tooLong(limit: number): Refusal {
  return new Refusal(
    Errcode.request,
    `the request's body has more than the ${limit} bytes allowed (http.body_limit)`,
  );
}
