/** `room make`, `set`, `member` and others: what changes rooms, done by the component that runs (scripts/operator.ts). */
import type { Command } from "commander";
import { roomsConfig } from "../../component/config.js";
import { OWNER_LISTS } from "../../component/muc/admin/owner-lists.js";
import { configFields } from "../../component/muc/admin/config-fields.js";
import { optionsOfEntered } from "../../component/muc/room/options.js";
import type { OperationName } from "../../component/administration/administration.js";
import { loadSections } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { askComponent } from "../operator.js";
import { say } from "../output.js";
import { table } from "../table.js";
import { configured, sourcesOf } from "./configured.js";
import { confirm, YES } from "./confirm.js";

type Options = Readonly<Record<string, unknown>> & { readonly reason?: string };

const ROOM = ["<room>", "id or id@domain"] as const;
const USERS = ["<user...>", "ids or id@host"] as const;
const FIELD = "field=value of its form, as room set --help lists them";
const REASON = ["--reason <text>", "what they are told"] as const;
const PREFIX = "muc#roomconfig_";

const RANKS = [
  ["owner", "owner", "make people owners of a room"],
  ["admin", "admin", "make people administrators of a room"],
  ["member", "member", "make people members of a room; one that is for members only invites them"],
  ["ban", "outcast", "ban people from a room; those inside are put out"],
  ["remove", "none", "take people's membership, rank or ban in a room away"],
] as const;

export function addRoomChanges(room: Command): void {
  change(room, "make")
    .description("make a room; it stays when everybody has left, and is for members only")
    .argument(...ROOM)
    .argument("[setting...]", FIELD)
    .requiredOption("--owner <user>", "who owns it, and is invited")
    .option("--title <text>", "what people read")
    .option("--description <text>", "what it is for")
    .action(make);
  change(room, "set")
    .description("configure a room: its title, who may enter, and what else its form has")
    .argument(...ROOM)
    .argument("<setting...>", "field=value, such as roomname=Project; given twice for lists")
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
    .description("give a room to other owners; those who own it now become members")
    .argument(...ROOM)
    .argument(...USERS)
    .action((name: string, owners: string[], options: Options) =>
      ask(options, "hand-over", { room: name, owners }),
    );
  change(room, "kick")
    .description("put people out of a room; whoever may enter can come back")
    .argument(...ROOM)
    .argument("<who...>", "nicknames, ids or id@host")
    .option(...REASON)
    .action((name: string, occupants: string[], options: Options) =>
      ask(options, "kick", { room: name, occupants, reason: options.reason }),
    );
  change(room, "announce")
    .description("say something in the service's name: in a room, or in all that somebody is in")
    .argument("<text>", "what is to be said")
    .option("--room <room>", "in this one: id or id@domain")
    .option("--all", "in all that somebody is in")
    .action(announce);
  change(room, "purge")
    .description("delete what was said in a room, from its archive and its history")
    .argument(...ROOM)
    .option("--before <date>", "only what was said before it: 2026-01-31, or 2026-01-31T12:00")
    .option(...YES)
    .action(async (name: string, options: Options & { before?: string; yes?: true }) => {
      const what = options.before === undefined ? "all messages" : `all messages before ${options.before}`;
      await confirm(`This deletes ${what} of the room ${name}.`, options);
      await ask(options, "purge", { room: name, before: options.before });
    });
  change(room, "destroy")
    .description("destroy a room, with its members, its history and its archive")
    .argument(...ROOM)
    .option("--alternate <room>", "where people are sent instead: id or id@domain")
    .option(...REASON)
    .option(...YES)
    .action(async (name: string, options: Options & { alternate?: string; yes?: true }) => {
      await confirm(`This destroys the room ${name} with its members and all messages.`, options);
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
    throw new Failure("Name one room (--room), or --all.", ExitCode.usage);
  }
  await ask(options, "announce", { text, room: options.room });
}

async function ask(options: Options, operation: OperationName, told: object): Promise<void> {
  const { storage } = loadSections(sourcesOf(options), ["storage"]);
  say(await askComponent(storage.path, operation, told));
}

/** @throws Failure for what is no field=value */
function readSettings(settings: readonly string[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const setting of settings) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    if (name === undefined || value === undefined) {
      throw new Failure(
        `${JSON.stringify(setting)} is no setting: expected field=value, such as membersonly=no.`,
        ExitCode.usage,
      );
    }
    (fields[name] ??= []).push(value);
  }
  return fields;
}

/** The fields of a room's form, each with what it takes. */
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
    `${label}, all of them`,
  ]);
  return `\nFields:\n${table(["field", "takes", "what it is"], [...rows, ...lists])}`;
}

const KINDS: Readonly<Record<string, string>> = { "jid-multi": "id@host" };
