/** `hook`: addresses to which programs of any kind post what is to be said; changes count at once. */
import { Option, type Command } from "commander";
import { formatNamed, FORMAT_NAMES, FORMATS } from "../../component/hooks/formats/formats.js";
import { hashOf, newId, newSecret } from "../../component/hooks/secrets.js";
import { BotRoomsStore } from "../../storage/bot-rooms-store.js";
import { BotsStore } from "../../storage/bots-store.js";
import type { Database } from "../../storage/database.js";
import { HooksStore, type StoredHook } from "../../storage/hooks-store.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { ownUrl } from "../own-url.js";
import { table } from "../table.js";
import { timeText } from "../local-time.js";
import { configured } from "./configured.js";
import { askToEnter, remoteRoomOf, whatBecameOf } from "./bot-rooms.js";
import { LIMIT_OPTIONS, limitsIn, limitsText, type LimitFlags } from "./hook-limits.js";
import { addSet } from "./hook-set.js";
import { addDead } from "./hook-dead.js";
import {
  addTelling,
  isTelling,
  listOutgoing,
  renewOutgoing,
  TELL_OPTIONS,
  testOutgoing,
} from "./hook-out.js";
import {
  receiverOf,
  refuseTaken,
  SECTIONS,
  speakerFrom,
  templateIn,
  type HookConfig,
  type SpeakerOptions,
} from "./hook-parts.js";
import { configOf, withEither, type Flags } from "./hook-named.js";
import { testHook } from "./hook-test.js";
import { inNewStorage, inStorage } from "./in-storage.js";

interface AddOptions extends Flags, LimitFlags, SpeakerOptions {
  readonly to?: string;
  readonly format: string;
  readonly template?: string;
  readonly signed?: boolean;
  readonly update?: boolean;
  readonly passwordFile?: string;
}

export function addHook(program: Command): void {
  const hook = program
    .command("hook")
    .description(
      "let programs of any kind post to a room or to somebody, or be told of what happens, also while the component runs",
    );
  addAdding(hook);
  configured(hook.command("list"), SECTIONS)
    .description("list hooks: to whom, by whom, in which format; and what others are told of")
    .action(list);
  configured(hook.command("test"), SECTIONS)
    .description(
      "post a sample to a hook of the component that runs, and tell what becomes of it; or an event to the program that a hook tells",
    )
    .argument("<name>", "the hook's")
    .option("--file <file>", "what to post, instead of a sample of the hook's format")
    .action(test);
  addSet(hook);
  configured(hook.command("renew"), SECTIONS)
    .description("give a hook another secret: the old address stops working now, as does the old signing key")
    .argument("<name>", "the hook's")
    .action(renew);
  configured(hook.command("remove"), SECTIONS)
    .description(
      "remove a hook, with all that it was still to be told, and its bot where no other hook has it",
    )
    .argument("<name>", "the hook's")
    .action(remove);
  hook
    .command("template")
    .description("print a format's own template, to be copied and changed")
    .argument("<format>", Object.keys(FORMATS).join(", "))
    .action(printTemplate);
  addDead(hook);
}

function addAdding(hook: Command): void {
  const command = configured(hook.command("add"), SECTIONS)
    .description(
      "make a hook, and print its address, which is shown this once; with --tell the secret that signs what is posted",
    )
    .argument("<name>", "what the log is to call it")
    .option("--to <room-or-user>", "where it is said: a room's id or address, or a user's address")
    .option(
      "--as <sender>",
      "who says it: a user's address, or a bot's id (default: a bot of the hook's name)",
    )
    .option("--title <name>", "what its bot is called (default: the bot's id)")
    .option("--picture <file>", "the bot's picture: PNG, JPEG, GIF or WebP")
    .addOption(new Option("--format <format>", "what is posted").choices(FORMAT_NAMES).default("auto"))
    .option("--template <file>", "how it is worded, instead of the format's own template")
    .option("--signed", "take only what is signed with a key (X-Hub-Signature-256), which is printed, too")
    .option("--update", "correct an alert's message when it is resolved, instead of saying that below")
    .option(...LIMIT_OPTIONS.rate)
    .option(...LIMIT_OPTIONS.bodyBytes)
    .option("--password-file <file>", "a file with the password of a room of another service")
    .action(add);
  for (const option of TELL_OPTIONS) command.addOption(option);
}

async function add(name: string, options: AddOptions): Promise<void> {
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new Failure(
      `${JSON.stringify(name)} is no name for a hook: letters, digits, "_", "-" and ".".`,
      ExitCode.usage,
    );
  }
  const config = configOf(options);
  if (isTelling(options)) {
    await addTelling(name, options, config);
    return;
  }
  const { format, to } = options;
  if (to === undefined) {
    throw new Failure("Name to whom it is said (--to), or what program is told (--tell).", ExitCode.usage);
  }
  const limits = limitsIn(options, config);
  const template = options.template === undefined ? undefined : await templateIn(options.template);
  if (format === "template" && template === undefined) {
    throw new Failure("The format template wants a template of your own: --template FILE.", ExitCode.usage);
  }
  const secret = newSecret();
  const signatureKey = options.signed === true ? newSecret() : undefined;
  await inNewStorage(config.storage.path, async (db) => {
    const hooks = new HooksStore(db);
    const added = db
      .transaction(() => {
        refuseTaken(db, name);
        const receiver = receiverOf(db, to, config);
        const { sender, bot } = speakerFrom(db, name, options, config);
        const remote = remoteRoomOf(bot, receiver.jid, config);
        if (remote !== undefined)
          askToEnter(db, { ...remote, isChosen: false, passwordFile: options.passwordFile }, config);
        const corrects = options.update === true;
        const made = {
          id: newId(),
          name,
          secret: hashOf(secret),
          format,
          template,
          corrects,
          limits,
          madeAt: Date.now(),
        };
        const hook = { ...made, receiver: receiver.jid.text, sender, bot, signatureKey };
        hooks.add(hook);
        return { ...hook, isThere: receiver.isThere, remote };
      })
      .immediate();
    tell(added, { secret, signatureKey }, config);
    const from = senderText(added, config);
    process.stderr.write(
      `What is posted there, ${from} says to ${added.receiver}. Try it: qtalk-component hook test ${name}\n`,
    );
    if (added.remote !== undefined)
      process.stderr.write(`${(await whatBecameOf(db, added.remote, config)).text}\n`);
    if (!added.isThere)
      process.stderr.write(
        `There is no room ${added.receiver} yet, so posts are refused. Make it: qtalk-component room make ${added.receiver} --owner USER\n`,
      );
  });
}

/** The address goes to standard output, all else to people. */
function tell(
  { id, name }: Pick<StoredHook, "id" | "name">,
  { secret, signatureKey }: { readonly secret: string; readonly signatureKey: string | undefined },
  { hooks, http }: HookConfig,
): void {
  process.stderr.write(`The address of ${name}, shown this once; whoever knows it may post:\n`);
  say(`${hooks.url ?? ownUrl(http.listen)}/hooks/${id}/${secret}`);
  if (signatureKey === undefined) return;
  process.stderr.write("The key to sign posts with, shown this once, too:\n");
  say(signatureKey);
}

async function list(options: Flags): Promise<void> {
  const config = configOf(options);
  await inStorage(config.storage.path, (db) => {
    const hooks = new HooksStore(db).list();
    const isAny = listOutgoing(db, config);
    if (hooks.length === 0 && !isAny) say("No hooks.");
    if (hooks.length > 0)
      say(
        table(
          ["name", "to", "by", "format", "made", "id"],
          hooks.map((hook) => rowOf(hook, config, new BotRoomsStore(db))),
        ),
      );
  });
}

function rowOf(hook: StoredHook, config: HookConfig, rooms: BotRoomsStore): string[] {
  const { format, template, corrects, signatureKey, limits } = hook;
  const more = [
    template === undefined || format === "template" ? "" : "own template",
    corrects ? "update" : "",
    signatureKey === undefined ? "" : "signed",
    ...limitsText(limits),
  ].filter((word) => word !== "");
  const kind = more.length === 0 ? format : `${format} (${more.join(", ")})`;
  const place = rooms.find(hook.bot ?? "", hook.receiver);
  const to = place === undefined ? hook.receiver : `${hook.receiver} (${place.reason ?? place.state})`;
  return [hook.name, to, senderText(hook, config), kind, timeText(hook.madeAt), hook.id];
}

async function renew(name: string, options: Flags): Promise<void> {
  const config = configOf(options);
  await withEither(name, config, {
    posted: (hook, hooks) => {
      const secret = newSecret();
      const signatureKey = hook.signatureKey === undefined ? undefined : newSecret();
      hooks.renew(hook.id, hashOf(secret), signatureKey);
      tell(hook, { secret, signatureKey }, config);
    },
    told: renewOutgoing,
  });
}

async function test(name: string, options: Flags & { readonly file?: string }): Promise<void> {
  const config = configOf(options);
  await withEither(name, config, {
    posted: () => testHook(name, config, options.file),
    told: testOutgoing,
  });
}

async function remove(name: string, options: Flags): Promise<void> {
  const removeFrom = <Id>(db: Database, hooks: { remove(id: Id): void }, id: Id): void => {
    db.transaction(() => {
      hooks.remove(id);
      new BotsStore(db).prune();
    }).immediate();
    say(`The hook ${name} is removed.`);
  };
  await withEither(name, configOf(options), {
    posted: ({ id }, hooks, db) => removeFrom(db, hooks, id),
    told: ({ id }, hooks, db) => removeFrom(db, hooks, id),
  });
}

function printTemplate(name: string): void {
  const template = formatNamed(name)?.template;
  if (template === undefined) {
    throw new Failure(
      `There is no template of a format ${JSON.stringify(name)} (hook template --help).`,
      ExitCode.usage,
    );
  }
  process.stdout.write(template);
}

function senderText({ sender, bot }: Pick<StoredHook, "sender" | "bot">, { xmpp }: HookConfig): string {
  return sender ?? `${bot ?? ""}@${xmpp.domain}`;
}
