import { Option, type Command } from "commander";
import { AUTO, formatNamed, FORMAT_NAMES } from "../../component/hooks/formats/formats.js";
import { hashOf, newId, newSecret } from "../../component/hooks/secrets.js";
import { BotRoomsStore } from "../../storage/bot-rooms-store.js";
import { BotsStore } from "../../storage/bots-store.js";
import type { Database } from "../../storage/database.js";
import { HooksStore, type StoredHook } from "../../storage/hooks-store.js";
import { usageFailure } from "../failure.js";
import { explain, say } from "../output.js";
import { ownUrl } from "../own-url.js";
import { table } from "../table.js";
import { timeText } from "../local-time.js";
import { configOf, configured, type Flags } from "./configured.js";
import { explainEntry, refuseRoom, requestNeeded } from "./bot-rooms.js";
import { givenLimits, LIMIT_OPTIONS, limitsText, type LimitFlags } from "./hook-limits.js";
import { addSet } from "./hook-set.js";
import { addDeadLetters } from "./hook-dead-letters.js";
import {
  addOutgoing,
  isOutgoing,
  listOutgoing,
  rotateOutgoing,
  OUTGOING_OPTIONS,
  testOutgoing,
} from "./hook-outgoing.js";
import {
  addressOf,
  receiverOf,
  refuseTaken,
  SECTIONS,
  senderOf,
  speakerFrom,
  templateIn,
  filesIn,
  withHook,
  type HookConfig,
  type SpeakerOptions,
} from "./hook-parts.js";
import { testHook } from "./hook-test.js";
import { inNewStorage, inStorage } from "./in-storage.js";

interface AddOptions extends Flags, LimitFlags, SpeakerOptions {
  readonly to?: string;
  readonly format: string;
  readonly template?: string;
  readonly signed?: boolean;
  readonly update?: boolean;
  readonly announceResolved?: boolean;
  readonly passwordFile?: string;
}

export function addHook(program: Command): void {
  const hook = program
    .command("hook")
    .description(
      "manage webhooks: an incoming hook sends programs' posts to a room or a user, an outgoing hook delivers events to a program",
    );
  addAdding(hook);
  configured(hook.command("list"), SECTIONS)
    .description(
      "list incoming hooks with receiver, sender and format, and outgoing hooks with destination and events",
    )
    .action(list);
  configured(hook.command("test"), SECTIONS, filesIn)
    .description(
      "test a hook of the running component: send a sample post to an incoming hook, or a test event from an outgoing hook; and print the result",
    )
    .argument("<name>", "the hook's name")
    .option("--file <file>", "the payload to post (default: a sample of the hook's format)")
    .action(test);
  addSet(hook);
  configured(hook.command("rotate"), SECTIONS)
    .description(
      "replace an incoming hook's URL and key, or an outgoing hook's secret; the old ones stop working at once",
    )
    .argument("<name>", "the hook's name")
    .action(rotate);
  configured(hook.command("remove"), SECTIONS)
    .description("remove a hook with its queued events, and its bot if no other hook uses it")
    .argument("<name>", "the hook's name")
    .action(remove);
  hook
    .command("template")
    .description("print the default template of a format")
    .argument("<format>", FORMAT_NAMES.join(", "))
    .action(printTemplate);
  addDeadLetters(hook);
}

function addAdding(hook: Command): void {
  const command = configured(hook.command("add"), SECTIONS, filesIn)
    .description(
      "create an incoming hook and print its URL, or with --deliver-to an outgoing hook and print its secret; both are shown only this once",
    )
    .argument("<name>", "the hook's name, shown in logs")
    .option("--to <room-or-user>", "the receiver: a room's id or address, or a user's address")
    .option(
      "--as <sender>",
      "the sender: a user's address, or a bot's id (default: a bot with the hook's name)",
    )
    .option("--title <name>", "the bot's name (default: its id)")
    .option("--picture <file>", "the bot's picture: PNG, JPEG, GIF or WebP")
    .addOption(
      new Option("--format <format>", "the format of the posts")
        .choices([AUTO, ...FORMAT_NAMES])
        .default(AUTO),
    )
    .option("--template <file>", "a template (default: the format's own)")
    .option("--signed", "accept only posts with a signature (X-Hub-Signature-256), and print the key for it")
    .option("--update", "correct an alert's message when the alert changes, instead of sending another")
    .option(
      "--announce-resolved",
      "with --update: also reply to the alert with a short message when it is resolved",
    )
    .option(...LIMIT_OPTIONS.rate)
    .option(...LIMIT_OPTIONS.bodyBytes)
    .option("--password-file <file>", "a file with the password of a room of another group chat service")
    .action(add);
  for (const option of OUTGOING_OPTIONS) command.addOption(option);
}

async function add(name: string, options: AddOptions): Promise<void> {
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw usageFailure(
      `${JSON.stringify(name)} can't be a hook's name: use up to 64 letters, digits, "_", "-" and ".".`,
    );
  }
  const config = configOf(options, SECTIONS);
  if (isOutgoing(options)) {
    await addOutgoing(name, options, config);
    return;
  }
  const { format, to } = options;
  if (options.announceResolved === true && options.update !== true) {
    throw usageFailure("--announce-resolved needs --update.");
  }
  if (to === undefined) {
    throw usageFailure("Name the receiver of posts (--to), or the program that gets events (--deliver-to).");
  }
  const limits = { rate: undefined, bodyBytes: undefined, ...givenLimits(options, config) };
  const template = options.template === undefined ? undefined : await templateIn(options.template);
  if (format === "template" && template === undefined) {
    throw usageFailure("The format template needs a template: --template FILE.");
  }
  const secret = newSecret();
  const signatureKey = options.signed === true ? newSecret() : undefined;
  await inNewStorage(config.storage.path, async (db) => {
    const hooks = new HooksStore(db);
    if (options.as !== undefined) {
      const { sender } = senderOf(db, options.as, config);
      await refuseRoom(db, sender, addressOf(to, "--to", config), config);
    }
    const added = db
      .transaction(() => {
        refuseTaken(db, name);
        const receiver = receiverOf(db, to, config);
        const { sender, bot } = speakerFrom(db, name, options, config);
        const remote = requestNeeded(
          db,
          { bot, to: receiver.jid, passwordFile: options.passwordFile },
          config,
        );
        const corrects = options.update === true;
        const announces = options.announceResolved === true;
        const made = {
          id: newId(),
          name,
          secret: hashOf(secret),
          format,
          template,
          corrects,
          announces,
          limits,
          madeAt: Date.now(),
        };
        const hook = { ...made, receiver: receiver.jid.text, sender, bot, signatureKey };
        hooks.add(hook);
        return { ...hook, isThere: receiver.isThere, remote };
      })
      .immediate();
    printAddress(added, { secret, signatureKey }, config);
    const from = senderText(added, config);
    explain(`${from} sends posts to ${added.receiver}. Try it: qtalk-component hook test ${name}`);
    if (added.remote !== undefined) await explainEntry(db, added.remote, config);
    if (!added.isThere)
      explain(
        `There is no room ${added.receiver} yet, so posts are refused. Create the room: qtalk-component room make ${added.receiver} --owner USER`,
      );
  });
}

/** Prints the secret address and the signature key on standard output, and explanations on standard error. */
function printAddress(
  { id, name }: Pick<StoredHook, "id" | "name">,
  { secret, signatureKey }: { readonly secret: string; readonly signatureKey: string | undefined },
  { hooks, http }: HookConfig,
): void {
  explain(`The URL of ${name}, shown only now; anyone who knows it can post:`);
  say(`${hooks.url ?? ownUrl(http.listen)}/hooks/${id}/${secret}`);
  if (signatureKey === undefined) return;
  explain("The key that signs posts, shown only now:");
  say(signatureKey);
}

async function list(options: Flags): Promise<void> {
  const config = configOf(options, SECTIONS);
  await inStorage(config.storage.path, (db) => {
    const hooks = new HooksStore(db).list();
    const isAny = listOutgoing(db, config);
    if (hooks.length === 0 && !isAny) say("No hooks.");
    if (hooks.length > 0)
      say(
        table(
          ["name", "to", "sender", "format", "made", "id"],
          hooks.map((hook) => rowOf(hook, config, new BotRoomsStore(db))),
        ),
      );
  });
}

function rowOf(hook: StoredHook, config: HookConfig, rooms: BotRoomsStore): string[] {
  const { format, template, corrects, announces, signatureKey, limits } = hook;
  const more = [
    template === undefined || format === "template" ? "" : "own template",
    corrects ? "update" : "",
    announces ? "announce-resolved" : "",
    signatureKey === undefined ? "" : "signed",
    ...limitsText(limits),
  ].filter((word) => word !== "");
  const kind = more.length === 0 ? format : `${format} (${more.join(", ")})`;
  const place = rooms.find(hook.bot ?? "", hook.receiver);
  const to = place === undefined ? hook.receiver : `${hook.receiver} (${place.reason ?? place.state})`;
  return [hook.name, to, senderText(hook, config), kind, timeText(hook.madeAt), hook.id];
}

async function rotate(name: string, options: Flags): Promise<void> {
  const config = configOf(options, SECTIONS);
  await withHook(name, config, {
    incoming: (hook, hooks) => {
      const secret = newSecret();
      const signatureKey = hook.signatureKey === undefined ? undefined : newSecret();
      hooks.rotate(hook.id, hashOf(secret), signatureKey);
      printAddress(hook, { secret, signatureKey }, config);
    },
    outgoing: rotateOutgoing,
  });
}

async function test(name: string, options: Flags & { readonly file?: string }): Promise<void> {
  const config = configOf(options, SECTIONS);
  await withHook(name, config, {
    incoming: (hook, hooks) => testHook(hook, hooks, config, options.file),
    outgoing: testOutgoing,
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
  await withHook(name, configOf(options, SECTIONS), {
    incoming: ({ id }, hooks, db) => removeFrom(db, hooks, id),
    outgoing: ({ id }, hooks, db) => removeFrom(db, hooks, id),
  });
}

function printTemplate(name: string): void {
  const template = formatNamed(name)?.template;
  if (template === undefined) {
    throw usageFailure(`No format ${JSON.stringify(name)} has a template: see hook template --help.`);
  }
  process.stdout.write(template);
}

function senderText({ sender, bot }: Pick<StoredHook, "sender" | "bot">, { xmpp }: HookConfig): string {
  return sender ?? `${bot ?? ""}@${xmpp.domain}`;
}
