/** Requests that bots enter rooms of other services. The component reads these in the database and carries them out. */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isAccount, Jid, type AccountJid } from "../../component/address.js";
import { operatorSocket } from "../../http/operator/server.js";
import { BotRoomsStore, type StoredBotRoom } from "../../storage/bot-rooms-store.js";
import type { Database } from "../../storage/database.js";
import type { StoredHook } from "../../storage/hooks-store.js";
import { dataFailure, usageFailure } from "../failure.js";
import { explain } from "../output.js";
import { read, type HookConfig } from "./hook-parts.js";

/** How long to wait for the component's answer, and the interval of checks, in milliseconds. */
const MS = { answer: 15_000, look: 50 };

/** A room of another service and a bot that has to enter it. */
export interface RemoteRoom {
  readonly bot: string;
  readonly room: string;
}

interface Entry extends RemoteRoom {
  /** Whether an operator requested the entry. False: a webhook needs the bot in the room. */
  readonly isChosen: boolean;
  /** The file with the room's password. */
  readonly passwordFile?: string | undefined;
}

/** Returns whether an address may be that of a room of another service. */
export function mayBeRemote({ domain }: Jid, { xmpp }: Pick<HookConfig, "xmpp">): boolean {
  return domain !== xmpp.domain && !xmpp.hosts.includes(domain);
}

/** Requests that a bot enters a room. @throws Failure if the bot already has hooks.rooms_per_bot rooms */
export function requestEntry(
  db: Database,
  { bot, room, isChosen, passwordFile }: Entry,
  config: HookConfig,
): void {
  const rooms = new BotRoomsStore(db);
  const { rooms_per_bot: most } = config.hooks;
  if (rooms.find(bot, room) === undefined && rooms.count(bot) >= most) {
    throw dataFailure(
      `${bot} already has ${most} rooms of other group chat services, the limit (hooks.rooms_per_bot).`,
    );
  }
  const password = passwordFile === undefined ? undefined : read(passwordFile).toString().trim();
  rooms.ask(bot, room, { isChosen, at: Date.now(), ...(password !== undefined && { password }) });
}

/** Requests that a webhook's bot enters the webhook's room, if the room may belong to another service. */
export function requestNeeded(
  db: Database,
  {
    bot,
    to,
    passwordFile,
  }: Pick<Entry, "passwordFile"> & Pick<StoredHook, "bot"> & { readonly to: AccountJid },
  config: HookConfig,
): RemoteRoom | undefined {
  if (bot === undefined || !mayBeRemote(to, config)) return undefined;
  const entry = { bot, room: to.text, isChosen: false, passwordFile };
  requestEntry(db, entry, config);
  return entry;
}

/** Waits until the component has tried to enter a room, and prints the result. */
export async function explainEntry(db: Database, room: RemoteRoom, config: HookConfig): Promise<void> {
  explain((await awaitEntry(db, room, config)).text);
}

/** Waits until the component has tried to enter. @returns a message for the operator, and the result */
export async function awaitEntry(
  db: Database,
  { bot, room }: RemoteRoom,
  config: HookConfig,
): Promise<{ readonly text: string; readonly isInside: boolean }> {
  const rooms = new BotRoomsStore(db);
  const address = `${bot}@${config.xmpp.domain}`;
  if (!(await isRunning(config.storage.path)))
    return {
      text: `The component is not running: ${address} enters ${room} when it starts, if that is a room.`,
      isInside: false,
    };
  const deadline = Date.now() + MS.answer;
  for (;;) {
    const found = rooms.find(bot, room);
    if (found === undefined)
      return { text: `${room} isn't a room: posts are sent to it as to a user.`, isInside: false };
    if (found.state !== "entering")
      return { text: `${address} ${placeText(found)}.`, isInside: found.state === "inside" };
    if (Date.now() > deadline)
      return { text: `${address} is still entering ${room}: see bot list.`, isInside: false };
    await sleep(MS.look);
  }
}

/** Returns "is in ROOM as NICK", or why the bot isn't inside. */
function placeText({ room, state, nick, reason }: StoredBotRoom): string {
  if (state === "inside") return `is in ${room} as ${nick ?? ""}`;
  return state === "entering" ? `is entering ${room}` : `isn't in ${room}: ${reason ?? state}`;
}

/**
 * Refuses users as senders to rooms of other services, because only bots can enter these rooms. Asks the running
 * component whether the receiver is such a room.
 * @throws Failure if the sender is a user and the receiver is such a room
 */
export async function refuseRoom(
  db: Database,
  sender: string | undefined,
  to: AccountJid,
  config: HookConfig,
): Promise<void> {
  if (sender === undefined || !mayBeRemote(to, config) || !(await isRunning(config.storage.path))) return;
  const rooms = new BotRoomsStore(db);
  rooms.askRoomCheck(to.text);
  const deadline = Date.now() + MS.answer;
  let isRoom = rooms.takeRoomCheck(to.text);
  for (; isRoom === undefined && Date.now() < deadline; isRoom = rooms.takeRoomCheck(to.text))
    await sleep(MS.look);
  rooms.dropRoomCheck(to.text);
  if (isRoom === true)
    throw usageFailure(
      `--as: ${sender} is a user, but only bots can enter ${to.text}, a room of another group chat service. Leave out --as, or name a bot's id.`,
    );
}

/** Parses the address of a room of another service. @throws Failure if the text isn't one */
export function remoteRoomIn(text: string, config: HookConfig): AccountJid {
  const jid = Jid.parse(text);
  if (jid !== undefined && isAccount(jid) && mayBeRemote(jid, config)) return jid;
  throw usageFailure(
    `${JSON.stringify(text)} isn't a room of another group chat service: expected room@service. Bots needn't enter rooms at the component's domain.`,
  );
}

/** Returns whether a component runs on this database, by connecting to its socket for operators. */
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
