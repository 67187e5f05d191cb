/**
 * Reads request bodies within quotas of memory, ten times as fast as a body-parsing middleware.
 * Bodies that arrive more slowly than http.least_rate are refused, so that they don't occupy memory for long.
 */
import type { IncomingMessage } from "node:http";
import { createGunzip } from "node:zlib";
import { badRequest, Refusal, refuse } from "../component/refusal.js";
import { QuotaPool } from "../component/limits/quota-pool.js";
import type { HttpConfig } from "./config.js";
import { TooSlow } from "./api-response.js";

export interface BodyTimes {
  /** How long a new body may be slower than http.least_rate, in milliseconds. */
  readonly grace: number;
  /** The interval at which the rates of all bodies are checked, in milliseconds. */
  readonly look: number;
}

/** The result of reading a body; "aborted" if the caller disconnected. */
export type Body = Buffer | Refusal | "aborted";

/** The memory that a body uses. */
interface Memory {
  readonly owner: string;
  /** How many bytes are reserved. */
  held: number;
}

interface PendingBody {
  /** How many bytes have arrived. */
  size: number;
  /** How many rate checks the body has passed. This clock stands still while the event loop is blocked. */
  checks: number;
  /** Ends reading. Only the first result counts. */
  readonly settle: (result: Body) => void;
}

/**
 * How many bytes at the beginning of each body don't count. So large bodies never cause the refusal of small bodies.
 * The limit of connections also limits the sum of these bytes.
 */
const EXEMPT = 16 * 1024;
/** Pieces of fewer bytes are small. A body may have MAX_SMALL of them, because each costs some microseconds. */
const SMALL = 512;
const MAX_SMALL = 20_000;
/** So many pieces are joined while others arrive, because each takes much more memory than its bytes. */
const MAX_PIECES = 256;
/** The names of gzip in Content-Encoding (RFC 9110 §8.4.1.3). */
const GZIP = /^(?:x-)?gzip$/i;

const FULL = refuse.unavailable("too many large requests at once; nothing was accepted");
const SCATTERED = badRequest(
  `the request's body came in more than ${MAX_SMALL} chunks of less than ${SMALL} bytes; send larger chunks`,
);
const BROKEN = badRequest("the request's body is not valid gzip");
const SLOW = new TooSlow("the request's body arrived too slowly (http.least_rate); nothing was accepted");

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
    const { "content-encoding": encoding = "identity", "content-length": length } = request.headers;
    if (encoding !== "identity" && !(gzip && GZIP.test(encoding)))
      return badRequest(
        `the request's body has Content-Encoding ${encoding.slice(0, 40)}; expected plain JSON`,
      );
    // Node discards the unread body after the response, so that the caller can read the response.
    if (Number(length) > this.#limit) return this.#tooLong;
    const body = await new Promise<Body>((resolve) => this.#collect(request, owner, resolve));
    return gzip && body instanceof Buffer ? this.#unpack(body, owner) : body;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #collect(request: IncomingMessage, owner: string, resolve: (result: Body) => void): void {
    const memory: Memory = { owner, held: 0 };
    let pieces: Buffer[] = [];
    let small = 0;
    const body: PendingBody = {
      size: 0,
      checks: 0,
      settle: (result) => {
        if (!this.#pending.delete(body)) return;
        this.#release(memory);
        pieces = [];
        resolve(result);
      },
    };
    this.#pending.add(body);
    request.on("data", (piece: Buffer) => {
      // The body was refused; its rest is discarded.
      if (!this.#pending.has(body)) return;
      body.size += piece.length;
      const isScattered = piece.length < SMALL && ++small > MAX_SMALL;
      const refusal = isScattered ? SCATTERED : this.#grow(memory, body.size);
      if (refusal !== undefined) body.settle(refusal);
      else if (pieces.push(piece) >= MAX_PIECES) pieces = [Buffer.concat(pieces)];
    });
    request.on("end", () => {
      const [first = Buffer.alloc(0), ...more] = pieces;
      body.settle(more.length === 0 ? first : Buffer.concat(pieces));
    });
    request.on("error", () => body.settle("aborted"));
  }

  /** Unpacks a gzipped body (RFC 1952). Limit and quota apply to the unpacked size. Returns other bodies unchanged. */
  async #unpack(body: Buffer, owner: string): Promise<Body> {
    // JSON never begins with gzip's magic number.
    if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
    const memory: Memory = { owner, held: 0 };
    const pieces: Buffer[] = [];
    let size = 0;
    try {
      // Leaving the loop ends the work.
      for await (const piece of createGunzip().end(body) as AsyncIterable<Buffer>) {
        size += piece.length;
        const refusal = this.#grow(memory, size);
        if (refusal !== undefined) return refusal;
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    } catch {
      return BROKEN;
    } finally {
      this.#release(memory);
    }
  }

  /** Reserves memory for a body that has grown to this size, within limit and quota. */
  #grow(memory: Memory, size: number): Refusal | undefined {
    if (size > this.#limit) return this.#tooLong;
    const more = size - EXEMPT - memory.held;
    if (more <= 0) return undefined;
    if (!this.#quota.fits(more) || this.#quota.of(memory.owner) + more > this.#share) return FULL;
    this.#quota.acquire(memory.owner, more);
    memory.held += more;
    return undefined;
  }

  #release({ owner, held }: Memory): void {
    if (held > 0) this.#quota.release(owner, held);
  }

  #cutSlow(): void {
    const { grace, look } = this.times;
    for (const body of this.#pending) {
      const seconds = (++body.checks * look - grace) / 1000;
      if (seconds > 0 && body.size < seconds * this.#leastRate) body.settle(SLOW);
    }
  }

  get #tooLong(): Refusal {
    return badRequest(`the request's body has more than the ${this.#limit} bytes allowed (http.body_limit)`);
  }
}
