/**
 * Who calls, and what may they: asked of every call, first by its endpoint, then by whom it acts for. Without callers
 * configured, every process of this machine may do everything.
 */
import type { IncomingMessage } from "node:http";
import type { Logger } from "winston";
import type { HttpConfig } from "./config.js";
import type { Claims } from "./endpoint.js";
import { Denied } from "./envelope.js";
import { isLoopback } from "./listen.js";

/** A program that calls. */
export interface Caller {
  /** For the log. */
  readonly name: string;
  /**
   * Whether it may act so at this endpoint; undefined where it may.
   * @param claims worked out only where a policy asks
   */
  refuse(endpoint: string, claims: () => Claims): Denied | undefined;
}

/** Whoever calls while no callers are configured. */
const ANYBODY: Caller = { name: "anybody", refuse: () => undefined };

export class Callers {
  readonly #config: HttpConfig;

  constructor(config: HttpConfig) {
    this.#config = config;
  }

  /** Says at start what is open to everybody. */
  announce(log: Logger): void {
    if (this.#config.callers.length > 0) return;
    log.warn(
      "No callers are configured (http.callers): every process of this machine may call, in anybody's name.",
    );
  }

  /** Who calls; asked before the body is read. */
  identify(request: IncomingMessage): Caller | Denied {
    const { origin } = request.headers;
    return origin === undefined || isOfThisMachine(origin) ? ANYBODY : new Denied(FOREIGN_PAGE, 403);
  }

  /** The calling machine's IP address; "" where it has gone already. */
  addressOf(request: IncomingMessage): string {
    return request.socket.remoteAddress ?? "";
  }
}

/** A browser on this machine would otherwise lend its reach to any page of the web. */
const FOREIGN_PAGE = "a web page of another site may not call";

function isOfThisMachine(origin: string): boolean {
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname.replace(/^\[|\]$/g, ""));
}
