import { createHash, randomBytes } from "node:crypto";
import type { Command } from "commander";
import { stringify } from "yaml";
import { httpConfig } from "../../http/config.js";
import { ConfigFaults, faultsOf } from "../config/faults.js";
import { configKeys } from "../config/keys.js";

/** A token's length in bytes. An unsalted SHA-256 hash is enough, because 256 random bits can't be guessed. */
const TOKEN_BYTES = 32;

interface Options {
  readonly endpoint?: string[];
  readonly sender?: string[];
  readonly room?: string[];
  readonly address?: string[];
  readonly rate?: string;
}

export function addCaller(program: Command): void {
  program
    .command("caller")
    .description("create tokens for programs that call the HTTP interface")
    .command("add")
    .description("create a token, shown only once, and print the lines for http.callers")
    .argument("<name>", "the program's name in the log")
    .option("--endpoint <names...>", "endpoints that it may call (default: all)")
    .option(
      "--sender <patterns...>",
      "users in whose names it may send and act, such as '*@example.org' (default: none)",
    )
    .option(
      "--room <patterns...>",
      "rooms that it may manage, such as '*@conference.example.org' (default: none)",
    )
    .option("--address <networks...>", "addresses or networks that it must call from, such as 10.1.2.0/24")
    .option("--rate <calls>", "maximum calls per second")
    .action((name: string, options: Options) => {
      process.stdout.write(introduction(name, randomBytes(TOKEN_BYTES).toString("base64url"), options));
    });
}

/** @throws ConfigFaults if the configuration doesn't accept an option's value */
function introduction(name: string, token: string, options: Options): string {
  const { address, endpoint, sender, room, rate } = options;
  const entry = {
    name,
    token_sha256: createHash("sha256").update(token).digest("hex"),
    ...(address && { addresses: address }),
    ...(endpoint && { endpoints: endpoint }),
    ...(sender && { senders: sender }),
    ...(room && { rooms: room }),
    ...(rate !== undefined && { rate: Number(rate) }),
  };
  const input = { callers: [entry] };
  const result = httpConfig.safeParse(input);
  if (!result.success) {
    throw new ConfigFaults(faultsOf("http", result.error, input, configKeys()), "the options of caller add");
  }
  return [
    `Token of ${name}, shown only once; the program sends it with every call:`,
    "",
    `    Authorization: Bearer ${token}`,
    "",
    "Add to the configuration file (to the list, if http.callers exists already):",
    "",
    stringify({ http: input }, { flowCollectionPadding: false }).trimEnd(),
    "",
    "Then reload the component: systemctl reload qtalk-component (or send it SIGHUP).",
    "",
  ].join("\n");
}
