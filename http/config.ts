/** The configuration of the HTTP side: shapes, defaults and their meaning. The reference is generated from it. */
import { z } from "zod";
import { GROUPS } from "./endpoint.js";
import { callerList, cidr } from "./caller-config.js";
import { parseListen, reachesBeyond, type Listen } from "./listen.js";

export const httpConfig = z.strictObject({
  listen: z
    .string()
    .transform((text, context): Listen => {
      const listen = parseListen(text);
      if (listen !== undefined) return listen;
      context.addIssue({
        code: "custom",
        message: "wants ADDRESS:PORT, such as 127.0.0.1:10050 or [::1]:10050",
      });
      return z.NEVER;
    })
    .prefault("127.0.0.1:10050")
    .describe("the address and port that callers connect to"),
  body_limit: z
    .number()
    .int()
    .min(1024)
    .default(8 * 1024 ** 2)
    .describe("the longest request body, in bytes"),
  bodies_limit: z
    .number()
    .int()
    .min(1024)
    .default(256 * 1024 ** 2)
    .describe("how many bytes all request bodies that are being read may hold together"),
  bodies_share: z
    .number()
    .int()
    .min(1024)
    .default(64 * 1024 ** 2)
    .describe("how many of these bytes one caller may have; those without a name, one address"),
  least_rate: z
    .number()
    .int()
    .min(0)
    .default(64 * 1024)
    .describe(
      "bytes a second that a body must bring after ten seconds, on average; slower ones get HTTP 408",
    ),
  max_connections: z
    .number()
    .int()
    .min(1)
    .default(4000)
    .describe("the most connections of callers; for more, the one idle longest is closed"),
  connections_per_address: z
    .number()
    .int()
    .min(1)
    .default(1000)
    .describe("the most of them from one address, or from one IPv6 network (/64); proxies may have more"),
  confirm_timeout: z
    .number()
    .min(0)
    .max(60)
    .default(2)
    .describe(
      "seconds that a call waits until the server has routed its stanzas; then it is answered as queued",
    ),
  also: z
    .array(z.enum(GROUPS))
    .default([])
    .describe(
      "calls beside the eleven: management (rooms' options), gateway (an old gateway's paths), im_http_service (send_http_message.qunar)",
    ),
  batches: z
    .enum(["each", "whole"])
    .default("each")
    .describe(
      "whether what is good of an array of messages or receivers is sent where something of it is at fault (each), or nothing (whole)",
    ),
  callers: callerList.default([]).describe("the programs that may call; none: every process of this machine"),
  proxies: z
    .array(cidr)
    .default([])
    .describe("addresses and networks of proxies whose X-Forwarded-For is believed; Forwarded isn't read"),
  hosts: z
    .array(z.string().regex(/^[^\s:/]+$/, "wants a name without port, such as im.example.org"))
    .default([])
    .describe("names of this machine that Host may have beside its own, while no callers are configured"),
});

export type HttpConfig = z.output<typeof httpConfig>;

/** Why this configuration must not be started with, and what to change; undefined if it may. */
export function exposure({ listen, callers }: HttpConfig): string | undefined {
  if (callers.length > 0 || !reachesBeyond(listen)) return undefined;
  return (
    `${listen.text} can be reached from other machines, and whoever calls may send in anybody's name. ` +
    `Listen on this machine alone, with the line "listen: 127.0.0.1:${listen.port}" under http, ` +
    "or name the programs that may call under http.callers; `qtalk-component caller add NAME` prints the lines."
  );
}

/** Why a running server must not take over these callers, and what to do; undefined if it may. */
export function exposureOf(bound: Listen, { callers, listen }: HttpConfig): string | undefined {
  if (callers.length > 0 || !reachesBeyond(bound)) return undefined;
  return (
    `http.callers is empty, but the component listens on ${bound.text} until it is restarted: ` +
    "other machines could call in anybody's name, without a token. " +
    `Restart the component to listen on ${listen.text}, or name the programs that may call under http.callers.`
  );
}
