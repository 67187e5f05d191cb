/** Reads bodies within quotas of memory, ten times as fast as a body-parsing middleware; slow ones are refused. */
import { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { badRequest, Refusal, refuse } from "../component/refusal.js";
import { QuotaPool } from "../component/limits/quota-pool.js";
import type { HttpConfig, HttpTimes } from "./config.js";
import { TooSlow } from "./api-response.js";
import { elided } from "../component/wording.js";

/** The result of reading a body; "aborted" if the caller disconnected. */
export type Body = Buffer | Refusal | "aborted";

export interface BodyOptions {
  /** Whether to unpack a gzipped body, even without Content-Encoding. */
  readonly gzip?: boolean;
  /** The maximum size in bytes, if it is smaller than http.body_limit. */
  readonly most?: number;
  /** Counts bytes against a further limit, which refuses them. */
  readonly take?: (bytes: number) => Refusal | undefined;
}

interface Limits {
  readonly most: number;
  readonly take: BodyOptions["take"];
}

interface PendingBody {
  size: number;
  /** The maximum size, in bytes. */
  readonly most: number;
  /** How many bytes of the quota are reserved. */
  held: number;
  /** How many rate checks the body has passed. This clock stands still while the event loop is blocked. */
  checks: number;
  /** Whether its bytes are read now, or wait for their turn (connections.ts). */
  readonly isRead: () => boolean;
  /** Ends reading. Only the first result counts. */
  readonly settle: (result: Body) => void;
}

/** How many bytes of each body don't count, so that large bodies never cause the refusal of small ones. */
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
    private readonly times: Pick<HttpTimes, "grace" | "look">,
  ) {
    this.#limit = body_limit;
    this.#leastRate = least_rate;
    this.#quota = new QuotaPool(Math.max(bodies_limit, body_limit));
    this.#share = Math.max(bodies_share, body_limit);
    this.#timer = setInterval(() => this.#cutSlow(), times.look).unref();
  }

  /** Reads the body of a request. @param owner the account whose quota it uses */
  async read(
    request: IncomingMessage,
    owner: string,
    { gzip = false, most: wanted = Infinity, take }: BodyOptions = {},
  ): Promise<Body> {
    const most = Math.min(wanted, this.#limit);
    const { "content-encoding": encoding = "identity", "content-length": length } = request.headers;
    if (encoding !== "identity" && !(gzip && GZIP.test(encoding)))
      return badRequest(
        `the request's body has Content-Encoding ${elided(encoding, 40)}; expected plain JSON`,
      );
    // The unread body is discarded after the response (connections.ts), so that the caller can read the response.
    if (Number(length) > most) return this.#tooLong(most);
    const limits = { most, take };
    const body = await this.#collect(request, owner, limits);
    // JSON never begins with gzip's magic number (RFC 1952).
    if (!gzip || !(body instanceof Buffer) || body[0] !== 0x1f || body[1] !== 0x8b) return body;
    const unpacking = createGunzip().end(body);
    const unpacked = await this.#collect(unpacking, owner, limits);
    unpacking.destroy();
    return unpacked === "aborted" ? BROKEN : unpacked;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Collects the bytes of a request or of an unpacked body, within limit and quota. */
  #collect(source: Readable, owner: string, { most, take }: Limits): Promise<Body> {
    return new Promise((resolve) => {
      let pieces: Buffer[] = [];
      let small = 0;
      const body: PendingBody = {
        size: 0,
        most,
        held: 0,
        checks: 0,
        isRead: () => !(source instanceof IncomingMessage && source.socket.isPaused()),
        settle: (result) => {
          if (!this.#pending.delete(body)) return;
          if (body.held > 0) this.#quota.release(owner, body.held);
          pieces = [];
          resolve(result);
        },
      };
      this.#pending.add(body);
      source.on("data", (piece: Buffer) => {
        // The body was refused; its rest is discarded.
        if (!this.#pending.has(body)) return;
        body.size += piece.length;
        const isScattered = piece.length < SMALL && ++small > MAX_SMALL;
        const refusal = isScattered ? SCATTERED : (this.#grow(body, owner) ?? take?.(piece.length));
        if (refusal !== undefined) body.settle(refusal);
        else if (pieces.push(piece) >= MAX_PIECES) pieces = [Buffer.concat(pieces)];
      });
      source.on("end", () => {
        const [first = Buffer.alloc(0), ...more] = pieces;
        body.settle(more.length === 0 ? first : Buffer.concat(pieces));
      });
      source.on("error", () => body.settle("aborted"));
    });
  }

  /** Reserves memory for what a body has grown to, within limit and quota. */
  #grow(body: PendingBody, owner: string): Refusal | undefined {
    if (body.size > body.most) return this.#tooLong(body.most);
    const more = body.size - EXEMPT - body.held;
    if (more <= 0) return undefined;
    if (!this.#quota.fits(more) || this.#quota.of(owner) + more > this.#share) return FULL;
    this.#quota.acquire(owner, more);
    body.held += more;
    return undefined;
  }

  #cutSlow(): void {
    const { grace, look } = this.times;
    for (const body of this.#pending) {
      if (!body.isRead()) continue;
      const seconds = (++body.checks * look - grace) / 1000;
      if (seconds > 0 && body.size < seconds * this.#leastRate) body.settle(SLOW);
    }
  }

  #tooLong(most: number): Refusal {
    const option = most === this.#limit ? " (http.body_limit)" : "";
    return badRequest(`the request's body has more than the ${most} bytes allowed${option}`);
  }
}
