import type { Command } from "commander";
import { BotRoomsStore, type StoredBotRoom } from "../../storage/bot-rooms-store.js";
import { BotsStore } from "../../storage/bots-store.js";
import type { Database } from "../../storage/database.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { OutgoingHooksStore } from "../../storage/outgoing-hooks-store.js";
import { dataFailure, ExitCode, Failure } from "../failure.js";
import { timeText } from "../local-time.js";
import { say } from "../output.js";
import { sayTable } from "../table.js";
import { configOf, configured, type Flags } from "./configured.js";
import { requestEntry, remoteRoomIn, awaitEntry } from "./bot-rooms.js";
import { filesIn, SECTIONS } from "./hook-parts.js";
import { inStorage } from "./in-storage.js";

export function addBot(program: Command): void {
  const bot = program
    .command("bot")
    .description("list bots, and make them enter or leave rooms of other group chat services");
  configured(bot.command("list"), SECTIONS)
    .description(
      "list bots and their rooms of other group chat services: state, nickname, time of entry, reason for being outside",
    )
    .action(list);
  configured(bot.command("enter"), SECTIONS, filesIn)
    .description(
      "make a bot enter a room of another group chat service and stay there; a bot that was refused tries again at once",
    )
    .argument("<name>", "the bot's id")
    .argument("<room>", "the room's address")
    .option("--password-file <file>", "a file with the room's password")
    .action(enter);
  configured(bot.command("leave"), SECTIONS)
    .description("make a bot leave a room of another group chat service")
    .argument("<name>", "the bot's id")
    .argument("<room>", "the room's address")
    .action(leave);
}

async function list(options: Flags): Promise<void> {
  const { storage, xmpp } = configOf(options, SECTIONS);
  await inStorage(storage.path, (db) => {
    const bots = new BotsStore(db).all();
    const rooms = new BotRoomsStore(db).list();
    const rows = bots.flatMap(({ name, title }) => {
      const places = rooms.filter(({ bot }) => bot === name).map(rowOf);
      return (places.length === 0 ? [[]] : places).map((place) => [
        `${name}@${xmpp.domain}`,
        title,
        ...place,
      ]);
    });
    sayTable("No bots.", ["bot", "title", "room", "state", "nickname", "since", "waiting", "reason"], rows);
  });
}

function rowOf({ room, state, nick, since, posts, reason }: StoredBotRoom): string[] {
  return [room, state, nick ?? "", timeText(since), String(posts), reason ?? ""];
}

async function enter(
  name: string,
  address: string,
  options: Flags & { readonly passwordFile?: string },
): Promise<void> {
  const config = configOf(options, SECTIONS);
  const { passwordFile } = options;
  const room = remoteRoomIn(address, config).text;
  await inStorage(config.storage.path, async (db) => {
    db.transaction(() => {
      mustBeBot(db, name);
      requestEntry(db, { bot: name, room, isChosen: true, passwordFile }, config);
    }).immediate();
    const { text, isInside } = await awaitEntry(db, { bot: name, room }, config);
    if (!isInside) throw new Failure(text, ExitCode.tempFail);
    say(text);
  });
}

async function leave(name: string, address: string, options: Flags): Promise<void> {
  const config = configOf(options, SECTIONS);
  const room = remoteRoomIn(address, config).text;
  await inStorage(config.storage.path, (db) => {
    db.transaction(() => {
      mustBeBot(db, name);
      const rooms = new BotRoomsStore(db);
      if (rooms.find(name, room) === undefined)
        throw dataFailure(`${name} has no room ${room}: see bot list.`);
      refuseNeeded(db, name, room);
      rooms.remove(name, room);
    }).immediate();
    say(`${name}@${config.xmpp.domain} leaves ${room}.`);
  });
}

function mustBeBot(db: Database, name: string): void {
  if (new BotsStore(db).find(name) === undefined)
    throw dataFailure(`There is no bot ${name}: see bot list. Bots are made by hook add.`);
}

/** @throws Failure if a webhook needs the bot in this room */
function refuseNeeded(db: Database, bot: string, room: string): void {
  const needing =
    new HooksStore(db).list().find((hook) => hook.bot === bot && hook.receiver === room) ??
    new OutgoingHooksStore(db).list().find((hook) => hook.bot === bot && hook.rooms?.includes(room) === true);
  if (needing === undefined) return;
  throw dataFailure(
    `The hook ${needing.name} needs ${bot} in ${room}: remove the hook, or change its receiver (hook set --to).`,
  );
}
