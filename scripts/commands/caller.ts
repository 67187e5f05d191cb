/** `caller add`: makes a token for a program that may call, and the lines for the configuration. */
import { createHash, randomBytes } from "node:crypto";
import type { Command } from "commander";
import { stringify } from "yaml";
import { httpConfig } from "../../http/config.js";
import { ConfigFaults, faultsOf } from "../config/faults.js";
import { configKeys } from "../config/keys.js";

/** 256 random bits: nobody guesses them, so a plain hash keeps them. */
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
    .description("let a program call the HTTP interface")
    .command("add")
    .description("make a token, shown once, and the lines for http.callers")
    .argument("<name>", "what the log is to call it")
    .option("--endpoint <names...>", "the endpoints it may call; all where left out")
    .option(
      "--sender <patterns...>",
      "whom it may send and act as, such as '*@example.org'; nobody where left out",
    )
    .option(
      "--room <patterns...>",
      "the rooms it may manage, such as '*@conference.example.org'; none where left out",
    )
    .option("--address <networks...>", "the addresses it must call from, such as 10.1.2.0/24")
    .option("--rate <calls>", "the most calls a second")
    .action((name: string, options: Options) => {
      process.stdout.write(introduction(name, randomBytes(TOKEN_BYTES).toString("base64url"), options));
    });
}

/** @throws ConfigFaults where an option is none that the configuration takes */
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
    throw new ConfigFaults(faultsOf("http", result.error, input, configKeys()), "this caller");
  }
  return [
    `The token of ${name}, shown this once; it sends it with every call:`,
    "",
    `    Authorization: Bearer ${token}`,
    "",
    "For the configuration file (an entry more, where http.callers has some already):",
    "",
    stringify({ http: input }, { flowCollectionPadding: false }).trimEnd(),
    "",
    "Then tell the running component: systemctl reload qtalk-component (or send it SIGHUP).",
    "",
  ].join("\n");
}
