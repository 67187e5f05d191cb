/** Commands that change rooms. They send operations to the running component (scripts/operator.ts). */
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { roomsConfig } from "../../component/config.js";
import { OWNER_LISTS } from "../../component/muc/admin/owner-lists.js";
import { configFields } from "../../component/muc/admin/config-fields.js";
import { optionsOfEntered } from "../../component/muc/room/options.js";
import type { OperationName } from "../../component/administration/administration.js";
import { usageFailure } from "../failure.js";
import { askComponent } from "../operator.js";
import { say } from "../output.js";
import { table } from "../table.js";
import { configOf, configured, type Flags } from "./configured.js";

type Options = Flags & { readonly reason?: string };

const ROOM = ["<room>", "ID or ID@DOMAIN"] as const;
const USERS = ["<user...>", "ID or ID@HOST"] as const;
const FIELD = "FIELD=VALUE, with a field that room set --help lists";
const REASON = ["--reason <text>", "the reason, shown to these users"] as const;
const YES = ["--yes", "don't ask for confirmation"] as const;
const PREFIX = "muc#roomconfig_";

const RANKS = [
  ["owner", "owner", "make users owners of a room"],
  ["admin", "admin", "make users administrators of a room"],
  ["member", "member", "make users members of a room; a members-only room invites them"],
  ["ban", "outcast", "ban users from a room; those inside are removed"],
  ["remove", "none", "end users' affiliation with a room: owner, administrator, member or banned"],
] as const;

export function addRoomChanges(room: Command): void {
  change(room, "make")
    .description("create a room, which is persistent and members-only unless set otherwise")
    .argument(...ROOM)
    .argument("[setting...]", FIELD)
    .requiredOption("--owner <user>", "the owner, who is invited")
    .option("--title <text>", "the room's title")
    .option("--description <text>", "the room's description")
    .action(make);
  change(room, "set")
    .description("change options of a room, such as its title or whether it is members-only")
    .argument(...ROOM)
    .argument("<setting...>", "FIELD=VALUE, such as roomname=Project; repeat a field for a list")
    .addHelpText("after", fieldsHelp)
    .action((name: string, settings: string[], options: Options) =>
      ask(options, "set", { room: name, fields: readSettings(settings) }),
    );
  for (const [name, affiliation, description] of RANKS) {
    change(room, name)
      .description(description)
      .argument(...ROOM)
      .argument(...USERS)
      .option(...REASON)
      .action((of: string, users: string[], options: Options) =>
        ask(options, "affiliation", { room: of, affiliation, users, reason: options.reason }),
      );
  }
  change(room, "hand-over")
    .description("replace the owners of a room; the current owners become members")
    .argument(...ROOM)
    .argument(...USERS)
    .action((name: string, owners: string[], options: Options) =>
      ask(options, "hand-over", { room: name, owners }),
    );
  change(room, "kick")
    .description("remove occupants from a room; they may enter again unless the room's settings forbid it")
    .argument(...ROOM)
    .argument("<occupant...>", "nickname, ID or ID@HOST")
    .option(...REASON)
    .action((name: string, occupants: string[], options: Options) =>
      ask(options, "kick", { room: name, occupants, reason: options.reason }),
    );
  change(room, "announce")
    .description(
      "send a message to a room, or to all rooms with occupants; its sender is the service, not a user",
    )
    .argument("<text>", "the message")
    .option("--room <room>", "the room: ID or ID@DOMAIN")
    .option("--all", "all rooms with occupants")
    .action(announce);
  change(room, "purge")
    .description(
      "delete messages of a room, from its archive and from the history that users get on entering",
    )
    .argument(...ROOM)
    .option("--before <date>", "only messages before this time: 2026-01-31, or 2026-01-31T12:00")
    .option(...YES)
    .action(async (name: string, options: Options & { before?: string; yes?: true }) => {
      const what = options.before === undefined ? "all messages" : `all messages before ${options.before}`;
      await confirm(`This deletes ${what} of the room ${name}.`, options);
      await ask(options, "purge", { room: name, before: options.before });
    });
  change(room, "destroy")
    .description("destroy a room, and delete its settings, affiliations and messages")
    .argument(...ROOM)
    .option("--alternate <room>", "a room that users can enter instead: ID or ID@DOMAIN")
    .option(...REASON)
    .option(...YES)
    .action(async (name: string, options: Options & { alternate?: string; yes?: true }) => {
      await confirm(
        `This destroys the room ${name} and deletes its settings, affiliations and messages.`,
        options,
      );
      await ask(options, "destroy", { room: name, alternate: options.alternate, reason: options.reason });
    });
}

function change(room: Command, name: string): Command {
  return configured(room.command(name), ["storage"]);
}

async function make(
  name: string,
  settings: string[],
  options: Options & { owner: string; title?: string; description?: string },
): Promise<void> {
  const { owner, title, description } = options;
  await ask(options, "make", { room: name, owner, title, description, fields: readSettings(settings) });
}

async function announce(text: string, options: Options & { room?: string; all?: boolean }): Promise<void> {
  if ((options.room === undefined) !== (options.all === true)) {
    throw usageFailure("Pass one room with --room, or --all.");
  }
  await ask(options, "announce", { text, room: options.room });
}

async function ask(options: Options, operation: OperationName, operands: object): Promise<void> {
  const { storage } = configOf(options, ["storage"]);
  say(await askComponent(storage.path, operation, operands));
}

/** Parses settings of a room. @throws Failure unless each setting is FIELD=VALUE */
function readSettings(settings: readonly string[]): Record<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const setting of settings) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (name === undefined || value === undefined) {
      throw usageFailure(
        `${JSON.stringify(setting)} is not a setting: use FIELD=VALUE, such as membersonly=no.`,
      );
    }
    fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  return Object.fromEntries(fields);
}

/** Returns the help's table of room options with their values. */
function fieldsHelp(): string {
  const config = roomsConfig.parse({});
  const shown = configFields(config).map((field) => field.show(optionsOfEntered(config)));
  const rows = shown.map(({ name, type, label = "", choices }) => {
    const takes =
      type === "boolean" ? "yes|no" : (choices?.map(({ value }) => value).join("|") ?? KINDS[type] ?? "text");
    return [name.replace(PREFIX, ""), takes, label];
  });
  const lists = OWNER_LISTS.map(({ name, label }) => [
    name.replace(PREFIX, ""),
    "id@host",
    `${label}: the whole list`,
  ]);
  return `\nFields:\n${table(["field", "values", "meaning"], [...rows, ...lists])}`;
}

const KINDS: Readonly<Record<string, string>> = { "jid-multi": "id@host" };

/**
 * Asks on the terminal whether to delete something for good; with --yes, doesn't ask.
 * @param what a sentence that says what is deleted
 * @throws Failure if the answer isn't yes, or if standard input isn't a terminal
 */
async function confirm(what: string, { yes }: { readonly yes?: true }): Promise<void> {
  if (yes === true) return;
  if (!process.stdin.isTTY) throw usageFailure(`${what} Pass --yes to confirm.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what} Continue? [y/N] `);
  terminal.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) throw usageFailure("Nothing was deleted.");
}
