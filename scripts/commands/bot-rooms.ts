/** Has bots enter rooms of other services: the component finds it in the database and tells there what became of it. */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isAccount, Jid, type AccountJid } from "../../component/address.js";
import { operatorSocket } from "../../http/operator/server.js";
import { BotRoomsStore, type StoredBotRoom } from "../../storage/bot-rooms-store.js";
import type { Database } from "../../storage/database.js";
import { ExitCode, Failure } from "../failure.js";
import { read, type HookConfig } from "./hook-parts.js";

/** How long the component is waited for, and how often it is looked what it did; milliseconds. */
const MS = { answer: 15_000, look: 50 };

export interface Entry {
  readonly bot: string;
  readonly room: string;
  /** Whether an operator wants it there; else a hook needs it. */
  readonly isChosen: boolean;
  readonly passwordFile?: string | undefined;
}

/** Whether an address may be a room of another service: users of the hosts served, and rooms hosted here, aren't. */
export function mayBeRemote({ domain }: Jid, { xmpp }: Pick<HookConfig, "xmpp">): boolean {
  return domain !== xmpp.domain && !xmpp.hosts.includes(domain);
}

/** The room of another service in which a bot is needed to post to an address; undefined if it can't be one. */
export function remoteRoomOf(
  bot: string | undefined,
  to: AccountJid,
  config: HookConfig,
): Pick<Entry, "bot" | "room"> | undefined {
  return bot !== undefined && mayBeRemote(to, config) ? { bot, room: to.text } : undefined;
}

/** @throws Failure if the bot is in as many rooms as it may be */
export function askToEnter(
  db: Database,
  { bot, room, isChosen, passwordFile }: Entry,
  config: HookConfig,
): void {
  const rooms = new BotRoomsStore(db);
  const { rooms_per_bot: most } = config.hooks;
  if (rooms.find(bot, room) === undefined && rooms.count(bot) >= most) {
    throw new Failure(
      `${bot} is in ${most} rooms of other services, as many as may be (hooks.rooms_per_bot).`,
      ExitCode.dataErr,
    );
  }
  const password = passwordFile === undefined ? undefined : read(passwordFile).toString().trim();
  rooms.ask(bot, room, { isChosen, at: Date.now(), ...(password !== undefined && { password }) });
}

/** Waits until the component has tried. @returns a sentence, and whether the bot is where it should be */
export async function whatBecameOf(
  db: Database,
  { bot, room }: Pick<Entry, "bot" | "room">,
  config: HookConfig,
): Promise<{ readonly text: string; readonly isInside: boolean }> {
  const rooms = new BotRoomsStore(db);
  const address = `${bot}@${config.xmpp.domain}`;
  if (!(await isRunning(config.storage.path)))
    return {
      text: `The component does not run: when it starts, ${address} enters ${room} if that is a room.`,
      isInside: false,
    };
  const deadline = Date.now() + MS.answer;
  for (;;) {
    const found = rooms.find(bot, room);
    if (found === undefined)
      return { text: `${room} is no room: what is posted is sent to it as to somebody.`, isInside: false };
    if (found.state !== "entering")
      return { text: `${address} ${placeOf(found)}.`, isInside: found.state === "inside" };
    if (Date.now() > deadline)
      return { text: `${address} is still entering ${room}: see bot list.`, isInside: false };
    await sleep(MS.look);
  }
}

/** Where a bot is: "is in ROOM as NICK", or why it isn't. */
export function placeOf({ room, state, nick, reason }: StoredBotRoom): string {
  if (state === "inside") return `is in ${room} as ${nick ?? ""}`;
  return state === "entering" ? `is entering ${room}` : `isn't in ${room}: ${reason ?? state}`;
}

/** @throws Failure for what can't be a room of another service */
export function remoteRoomIn(text: string, config: HookConfig): AccountJid {
  const jid = Jid.parse(text);
  if (jid !== undefined && isAccount(jid) && mayBeRemote(jid, config)) return jid;
  throw new Failure(
    `${JSON.stringify(text)} is no room of another service: expected room@service. In rooms hosted here bots needn't be.`,
    ExitCode.usage,
  );
}

/** Whether a component runs on this database: it listens for operators there. */
function isRunning(database: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(operatorSocket(database));
    socket
      .once("error", () => resolve(false))
      .once("connect", () => {
        socket.destroy();
        resolve(true);
      });
  });
}
