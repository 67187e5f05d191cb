/** The schemas of the configuration's sections `http` and `console`, from which the guide's reference is generated. */
import { z } from "zod";
import { amount, count } from "../component/config-values.js";
import { GROUPS } from "./endpoint.js";
import { callerList, cidr } from "./caller-config.js";
import { parseListen, type Listen } from "./listen.js";

/** The longest time for a whole request if http.least_rate is 0, in milliseconds. */
const REQUEST_MS = 120_000;

export const httpConfig = z.strictObject({
  listen: z
    .string()
    .transform((text, context): Listen => {
      const listen = parseListen(text);
      if (listen !== undefined) return listen;
      context.addIssue({
        code: "custom",
        message: "must be ADDRESS:PORT, such as 127.0.0.1:10050 or [::1]:10050",
      });
      return z.NEVER;
    })
    .prefault("127.0.0.1:10050")
    .describe("address and port for callers"),
  body_limit: count(1024, 8 * 1024 ** 2).describe("maximum size of a request body, in bytes"),
  bodies_limit: count(1024, 256 * 1024 ** 2).describe(
    "maximum size of all request bodies being read, in bytes",
  ),
  bodies_share: count(1024, 64 * 1024 ** 2).describe(
    "maximum size of all request bodies of one caller, in bytes",
  ),
  least_rate: count(0, 64 * 1024).describe(
    "minimum rate of a request body after 10 seconds, in bytes per second; slower requests get HTTP 408",
  ),
  max_connections: count(1, 4000).describe(
    "maximum connections; if there are more, the longest idle connection is closed",
  ),
  connections_per_address: count(1, 1000).describe(
    "maximum connections from one address or IPv6 network (/64), except from http.proxies",
  ),
  confirm_timeout: amount(0, 2, 60).describe(
    "seconds that a call waits for the server's acknowledgement; then the call is answered as queued",
  ),
  also: z
    .array(z.enum(GROUPS))
    .default([])
    .describe("groups of further calls to turn on (see programs.md): management, gateway, im_http_service"),
  batches: z
    .enum(["each", "whole"])
    .default("each")
    .describe("if some items of a call are invalid: send the others (each), or send nothing (whole)"),
  callers: callerList.default([]).describe("programs that may call; if empty, calls are closed"),
  proxies: z
    .array(cidr)
    .default([])
    .describe("addresses and networks of reverse proxies, whose header X-Forwarded-For is trusted"),
  metrics_local: z
    .boolean()
    .default(false)
    .describe(
      "let every process of this machine read /metrics without a name, and whoever a proxy on it lets in",
    ),
});

export type HttpConfig = z.output<typeof httpConfig>;

/** The schema of the section `console`. */
export const consoleConfig = z.strictObject({
  access: z
    .enum(["local", "anywhere", "off"])
    .default("local")
    .describe(
      "where operators may open /console and use /admin: on this machine (local), anywhere, or nowhere (off)",
    ),
});

export type ConsoleConfig = z.output<typeof consoleConfig>;

/** Times that aren't configured, in milliseconds. */
export interface HttpTimes {
  /**
   * How long a request's head may take: of a connection's first request, from the connection on; of later ones, from
   * the head's first byte on. So silent clients are disconnected soon, and pooled connections stay.
   */
  readonly head: number;
  /** How long a new body may be slower than http.least_rate. */
  readonly grace: number;
  /** How long a client may take to read a response. */
  readonly unread: number;
  /** The interval at which bodies and responses are checked. */
  readonly look: number;
}

/** Returns how long the largest body takes at http.least_rate, in milliseconds. */
export function requestTime(
  { body_limit, least_rate }: HttpConfig,
  { head, grace, look }: HttpTimes,
): number {
  if (least_rate === 0) return REQUEST_MS;
  return head + grace + 2 * look + Math.ceil((body_limit / least_rate) * 1000);
}
