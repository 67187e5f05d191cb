/** The schema of callers (http.callers): how a caller is identified, and what it may do. */
import type ipaddr from "ipaddr.js";
import { z } from "zod";
import { innerNetworkOf } from "../component/hooks/outgoing/inner-network.js";
import { normalized } from "../storage/unicode.js";
import { contract } from "./contract.js";

/** An IP network as address and prefix length. A single address has the full length. */
export type Cidr = [ipaddr.IPv4 | ipaddr.IPv6, number];

export const cidr = z.string().transform((text, context): Cidr => {
  const network = innerNetworkOf(text);
  if (network !== undefined) return network;
  context.addIssue({ code: "custom", message: "must be an address or a network, such as 10.1.2.0/24" });
  return z.NEVER;
});

const pattern = z
  .string()
  .regex(/^[^\s/]+$/, "must be an address with * for any characters, such as *@example.org")
  .transform((text) => normalized(text, "NFC", text.length).toLowerCase());

const ENDPOINT_NAMES = [...new Set(contract.map(({ name }) => name))];

export const endpointName = z.enum(ENDPOINT_NAMES);

const callerConfig = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w.-]{1,64}$/, "must be up to 64 letters, digits, dots and dashes")
      .describe("the program's name in the log"),
    token_sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "must be the 64 hexadecimal digits that `caller add` prints")
      .optional()
      .describe("SHA-256 of the bearer token that it sends"),
    addresses: z.array(cidr).min(1).optional().describe("addresses and networks that it calls from"),
    endpoints: z.array(endpointName).optional().describe("endpoints that it may call; all by default"),
    senders: z
      .array(pattern)
      .default([])
      .describe("users in whose name it may send and act, such as *@example.org"),
    rooms: z
      .array(pattern)
      .default([])
      .describe("rooms that it may manage, such as hr-*@conference.example.org"),
    everyone: z
      .boolean()
      .default(false)
      .describe("allow messages to all users of the directory (sendnotice, and sendmessage to All)"),
    metrics: z.boolean().default(false).describe("allow reading /metrics from another machine"),
    rate: z.number().int().min(1).optional().describe("maximum calls per second"),
  })
  .refine(
    ({ token_sha256, addresses }) => token_sha256 !== undefined || addresses !== undefined,
    "must have token_sha256 or addresses, or both",
  );

export type CallerConfig = z.output<typeof callerConfig>;

/** The schema of http.callers. Each name and each token must be unique. */
export const callerList = z.array(callerConfig).superRefine((callers, context) => {
  for (const key of ["name", "token_sha256"] as const) {
    const values = callers.map((caller) => caller[key]);
    for (const [index, value] of values.entries()) {
      if (value === undefined || values.indexOf(value) === index) continue;
      context.addIssue({
        code: "custom",
        path: [index, key],
        message: "must be one that no other caller has",
      });
    }
  }
});
