/** The configuration of one calling program: how it is known, and what it may do. */
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { contract } from "./contract.js";

/** A network of addresses, or a single one. */
export type Cidr = [ipaddr.IPv4 | ipaddr.IPv6, number];

export const cidr = z.string().transform((text, context): Cidr => {
  try {
    if (text.includes("/")) return ipaddr.parseCIDR(text);
    const address = ipaddr.process(text);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  } catch {
    context.addIssue({ code: "custom", message: "wants an address or a network, such as 10.1.2.0/24" });
    return z.NEVER;
  }
});

const pattern = z
  .string()
  .regex(/^[^\s/]+$/, "wants an address with * for any characters, such as *@example.org")
  .transform((text) => text.normalize("NFC").toLowerCase());

const endpointName = z
  .string()
  .refine(
    (name) => contract.some((row) => row.name === name),
    `wants ${[...new Set(contract.map(({ name }) => name))].join(", ")}`,
  );

export const callerConfig = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w.-]{1,64}$/, "wants up to 64 letters, digits, dots and dashes")
      .describe("what the log calls it"),
    token_sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "wants the 64 hexadecimal digits that `caller add` prints")
      .optional()
      .describe("the SHA-256 of the bearer token it sends"),
    addresses: z.array(cidr).min(1).optional().describe("the addresses and networks it calls from"),
    endpoints: z.array(endpointName).optional().describe("the endpoints it may call; all where left out"),
    senders: z.array(pattern).default([]).describe("whom it may send and act as, such as *@example.org"),
    rooms: z
      .array(pattern)
      .default([])
      .describe("the rooms it may manage, such as hr-*@conference.example.org"),
    everyone: z
      .boolean()
      .default(false)
      .describe("whether it may tell everybody in the directory something (sendnotice, sendmessage to All)"),
    rate: z.number().int().min(1).optional().describe("the most calls a second"),
  })
  .refine(
    ({ token_sha256, addresses }) => token_sha256 !== undefined || addresses !== undefined,
    "wants token_sha256 or addresses, or both, to be known by",
  );

export type CallerConfig = z.output<typeof callerConfig>;

/** The callers' list; names and tokens stand for one caller each. */
export const callerList = z.array(callerConfig).superRefine((callers, context) => {
  for (const key of ["name", "token_sha256"] as const) {
    const values = callers.map((caller) => caller[key]);
    for (const [index, value] of values.entries()) {
      if (value === undefined || values.indexOf(value) === index) continue;
      context.addIssue({ code: "custom", path: [index, key], message: "wants one that no other caller has" });
    }
  }
});
