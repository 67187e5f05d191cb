/**
 * Reads requests' bodies: bare, as it takes a tenth of the time that a body-parsing middleware does. Those that dawdle
 * are cut off, so that nobody holds memory for long without bringing anything.
 */
import type { IncomingMessage } from "node:http";
import { Errcode, Refusal } from "../component/refusal.js";
import { BodyQuota, EXEMPT } from "./body-quota.js";
import type { HttpConfig } from "./config.js";
import { TooSlow } from "./api-response.js";
import { isGzipped, unpack } from "./gzip.js";

/** Milliseconds. */
export interface BodyTimes {
  /** From a body's beginning until the least rate counts. */
  readonly grace: number;
  /** Between two looks at all of them. */
  readonly look: number;
}

/** The bytes; a refusal; "aborted" where the caller went away in the middle. */
export type Body = Buffer | Refusal | "aborted";

/** A body on its way. */
interface Reading {
  size: number;
  /** Looks that it has seen: time that the program itself spent elsewhere isn't the caller's. */
  looks: number;
  readonly settle: (outcome: Body) => void;
}

export class Bodies {
  readonly #limit: number;
  readonly #leastRate: number;
  readonly #quota: BodyQuota;
  readonly #readings = new Set<Reading>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    { body_limit, bodies_limit, bodies_share, least_rate }: HttpConfig,
    private readonly times: BodyTimes,
  ) {
    this.#limit = body_limit;
    this.#leastRate = least_rate;
    this.#quota = new BodyQuota({
      most: Math.max(bodies_limit, body_limit),
      share: Math.max(bodies_share, body_limit),
    });
    this.#timer = setInterval(() => this.#cutSlow(), times.look).unref();
  }

  /**
   * @param owner whose share it counts against
   * @param gzip whether it may be gzipped, whether it says so or not
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
    // What remains unread is read and dropped after the answer, so that the caller gets to see that.
    if (Number(request.headers["content-length"]) > limit) return Promise.resolve(tooLong(limit));
    return new Promise((resolve) => this.#collect(request, owner, resolve));
  }

  /** Unpacked it counts as one that came so. */
  async #unpack(body: Buffer, owner: string): Promise<Body> {
    const quota = this.#quota;
    let held = 0;
    const acquire = (size: number): Refusal | undefined => {
      if (size > this.#limit) return tooLong(this.#limit);
      const more = size - EXEMPT - held;
      if (more > 0 && !quota.acquire(owner, more)) return FULL;
      held += Math.max(more, 0);
      return undefined;
    };
    const unpacked = await unpack(body, acquire);
    if (held > 0) quota.release(owner, held);
    return unpacked;
  }

  /** Looks at none any more. */
  end(): void {
    clearInterval(this.#timer);
  }

  #collect(request: IncomingMessage, owner: string, resolve: (outcome: Body) => void): void {
    const quota = this.#quota;
    let chunks: Buffer[] = [];
    let held = 0;
    const reading: Reading = {
      size: 0,
      looks: 0,
      settle: (outcome) => {
        if (!this.#readings.delete(reading)) return;
        if (held > 0) quota.release(owner, held);
        chunks = [];
        resolve(outcome);
      },
    };
    this.#readings.add(reading);
    request.on("data", (chunk: Buffer) => {
      // The rest of what is refused is read and dropped.
      if (!this.#readings.has(reading)) return;
      reading.size += chunk.length;
      if (reading.size > this.#limit) {
        reading.settle(tooLong(this.#limit));
        return;
      }
      const more = reading.size - EXEMPT - held;
      if (more > 0 && !quota.acquire(owner, more)) {
        reading.settle(FULL);
        return;
      }
      held += Math.max(more, 0);
      chunks.push(chunk);
    });
    request.on("end", () => {
      const [first = Buffer.alloc(0), ...more] = chunks;
      reading.settle(more.length === 0 ? first : Buffer.concat(chunks));
    });
    request.on("error", () => reading.settle("aborted"));
  }

  #cutSlow(): void {
    const { grace, look } = this.times;
    for (const reading of this.#readings) {
      const seconds = (++reading.looks * look - grace) / 1000;
      if (seconds > 0 && reading.size < seconds * this.#leastRate) reading.settle(SLOW);
    }
  }
}

/** RFC 9110 §8.4.1.3. */
const GZIP = /^(?:x-)?gzip$/i;

const FULL = new Refusal(
  Errcode.unavailable,
  "too many large requests are being read at once; nothing was accepted",
);
const SLOW = new TooSlow("the request's body came too slowly; nothing was accepted");

function tooLong(limit: number): Refusal {
  return new Refusal(Errcode.request, `the request's body has more than the ${limit} bytes allowed`);
}
