import { Option, type Command } from "commander";
import { AUTO, FORMAT_NAMES, templateAfter } from "../../component/hooks/formats/formats.js";
import { BotsStore } from "../../storage/bots-store.js";
import type { Database } from "../../storage/database.js";
import { HooksStore, type StoredHook } from "../../storage/hooks-store.js";
import { usageFailure } from "../failure.js";
import { say } from "../output.js";
import { configOf, configured, type Flags } from "./configured.js";
import { explainEntry, refuseRoom, requestNeeded, type RemoteRoom } from "./bot-rooms.js";
import { DEFAULT, givenLimits, LIMIT_OPTIONS, type LimitFlags } from "./hook-limits.js";
import {
  addressOf,
  filesIn,
  receiverOf,
  SECTIONS,
  speakerFrom,
  templateIn,
  withHook,
  type HookConfig,
} from "./hook-parts.js";

interface SetOptions extends Flags, LimitFlags {
  readonly to?: string;
  readonly passwordFile?: string;
  readonly title?: string;
  readonly picture?: string;
  readonly format?: string;
  readonly template?: string;
}

export function addSet(hook: Command): void {
  configured(hook.command("set"), SECTIONS, filesIn)
    .description("change an incoming hook; its URL stays the same")
    .argument("<name>", "the hook's name")
    .option("--to <room-or-user>", "the receiver: a room's id or address, or a user's address")
    .option("--title <name>", "the bot's name")
    .option("--picture <file>", "the bot's picture: PNG, JPEG, GIF or WebP")
    .addOption(new Option("--format <format>", "the format of the posts").choices([AUTO, ...FORMAT_NAMES]))
    .option("--template <file>", `a template; "${DEFAULT}" restores the format's own`)
    .option(...LIMIT_OPTIONS.rate)
    .option(...LIMIT_OPTIONS.bodyBytes)
    .option(
      "--password-file <file>",
      "with --to: a file with the password of a room of another group chat service",
    )
    .action(set);
}

const CHANGES = ["to", "title", "picture", "format", "template", "rate", "bodyBytes"] as const;

async function set(name: string, options: SetOptions): Promise<void> {
  if (CHANGES.every((change) => options[change] === undefined))
    throw usageFailure("Name what to change: see hook set --help.");
  const config = configOf(options, SECTIONS);
  const { template: file } = options;
  const template = file === undefined || file === DEFAULT ? undefined : await templateIn(file);
  await withHook(name, config, {
    incoming: async (hook, _hooks, db) => {
      if (options.to !== undefined)
        await refuseRoom(db, hook.sender, addressOf(options.to, "--to", config), config);
      const remote = db
        .transaction(() => {
          const kept = templateAfter(hook, options.format ?? hook.format);
          return change({ ...hook, template: file === undefined ? kept : template }, options, db, config);
        })
        .immediate();
      say(`The hook ${name} is changed.`);
      if (remote !== undefined) await explainEntry(db, remote, config);
    },
  });
}

/** Stores the changes. @returns the room of another service that the bot has to enter, if any */
function change(
  hook: StoredHook,
  options: SetOptions,
  db: Database,
  config: HookConfig,
): RemoteRoom | undefined {
  const { to, format = hook.format, title, picture } = options;
  if (format === "template" && hook.template === undefined)
    throw usageFailure("The format template needs a template: --template FILE.");
  if (title !== undefined || picture !== undefined) {
    const as = hook.sender ?? `${hook.bot ?? ""}@${config.xmpp.domain}`;
    speakerFrom(db, hook.name, { as, title, picture }, config);
  }
  const receiver = to === undefined ? undefined : receiverOf(db, to, config).jid;
  new HooksStore(db).set({
    ...{ ...hook, format, limits: { ...hook.limits, ...givenLimits(options, config) } },
    receiver: receiver?.text ?? hook.receiver,
  });
  const { passwordFile } = options;
  const remote = receiver && requestNeeded(db, { bot: hook.bot, to: receiver, passwordFile }, config);
  new BotsStore(db).prune();
  return remote;
}
