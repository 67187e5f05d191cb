/** `bot`: in which rooms of other services bots are; changes count at once. */
import type { Command } from "commander";
import { BotRoomsStore, type StoredBotRoom } from "../../storage/bot-rooms-store.js";
import { BotsStore } from "../../storage/bots-store.js";
import type { Database } from "../../storage/database.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { OutgoingHooksStore } from "../../storage/outgoing-hooks-store.js";
import { ExitCode, Failure } from "../failure.js";
import { timeText } from "../local-time.js";
import { say } from "../output.js";
import { table } from "../table.js";
import { askToEnter, remoteRoomIn, whatBecameOf } from "./bot-rooms.js";
import { configured } from "./configured.js";
import { configOf, type Flags } from "./hook-named.js";
import { SECTIONS } from "./hook-parts.js";
import { inStorage } from "./in-storage.js";

export function addBot(program: Command): void {
  const bot = program
    .command("bot")
    .description("have bots enter rooms of other services, also while the component runs");
  configured(bot.command("list"), SECTIONS)
    .description("list bots and the rooms of other services that they are in: as what, since when, why not")
    .action(list);
  configured(bot.command("enter"), SECTIONS)
    .description("have a bot enter a room of another service and stay there, or try again")
    .argument("<name>", "the bot's id")
    .argument("<room>", "the room's address")
    .option("--password-file <file>", "a file with the room's password")
    .action(enter);
  configured(bot.command("leave"), SECTIONS)
    .description("have a bot leave a room of another service")
    .argument("<name>", "the bot's id")
    .argument("<room>", "the room's address")
    .action(leave);
}

async function list(options: Flags): Promise<void> {
  const { storage, xmpp } = configOf(options);
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
    if (bots.length === 0) say("No bots.");
    else say(table(["bot", "title", "room", "is", "as", "since", "waiting", "why"], rows));
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
  const config = configOf(options);
  const { passwordFile } = options;
  const room = remoteRoomIn(address, config).text;
  await inStorage(config.storage.path, async (db) => {
    db.transaction(() => {
      mustBeBot(db, name);
      askToEnter(db, { bot: name, room, isChosen: true, passwordFile }, config);
    }).immediate();
    const { text, isInside } = await whatBecameOf(db, { bot: name, room }, config);
    if (!isInside) throw new Failure(text, ExitCode.tempFail);
    say(text);
  });
}

async function leave(name: string, address: string, options: Flags): Promise<void> {
  const config = configOf(options);
  const room = remoteRoomIn(address, config).text;
  await inStorage(config.storage.path, (db) => {
    db.transaction(() => {
      mustBeBot(db, name);
      const rooms = new BotRoomsStore(db);
      if (rooms.find(name, room) === undefined)
        throw new Failure(`${name} is in no room ${room}: see bot list.`, ExitCode.dataErr);
      refuseNeeded(db, name, room);
      rooms.remove(name, room);
    }).immediate();
    say(`${name}@${config.xmpp.domain} leaves ${room}.`);
  });
}

function mustBeBot(db: Database, name: string): void {
  if (new BotsStore(db).find(name) === undefined)
    throw new Failure(`There is no bot ${name}: hook add makes bots, bot list shows them.`, ExitCode.dataErr);
}

/** @throws Failure if a hook needs the bot in this room */
function refuseNeeded(db: Database, bot: string, room: string): void {
  const needing =
    new HooksStore(db).list().find((hook) => hook.bot === bot && hook.receiver === room) ??
    new OutgoingHooksStore(db).list().find((hook) => hook.bot === bot && hook.rooms?.includes(room) === true);
  if (needing === undefined) return;
  throw new Failure(
    `The hook ${needing.name} needs ${bot} in ${room}: remove the hook, or have it post elsewhere (hook set --to).`,
    ExitCode.dataErr,
  );
}
