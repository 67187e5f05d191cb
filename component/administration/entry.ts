/** Bots' rooms of other group chat services: requests to enter them, and what came of a request. */
import { z } from "zod";
import { isAccount, Jid, type AccountJid } from "../addresses/address.js";
import { Errcode, Refusal } from "../refusal.js";
import { quoted } from "../wording.js";
import type { Context } from "./context.js";
import { word } from "./operation.js";

export const PASSWORD = word(
  z.string().trim().min(1).optional(),
  "password of a room of another group chat service, such as the server's own",
  "其他群聊服务（例如服务器自带的）的群密码",
  { secret: true, file: "text" },
);

/** A room of another service and the bot that has to enter it. */
export interface RemoteRoom {
  readonly bot: string;
  readonly room: string;
}

/** Returns whether an address may be that of a room of another service. */
export function mayBeRemote({ settings: { xmpp } }: Context, { domain }: Jid): boolean {
  return domain !== xmpp.domain && !xmpp.hosts.includes(domain);
}

/** Parses the address of a room of another service. */
export function parseRemoteRoom(context: Context, text: string): AccountJid | Refusal {
  const jid = Jid.parse(text.trim());
  if (jid !== undefined && isAccount(jid) && mayBeRemote(context, jid)) return jid;
  return new Refusal(
    Errcode.request,
    `room: ${quoted(text)} isn't a room of another group chat service; expected room@service. Bots needn't enter rooms at the component's domain`,
  );
}

/** Requests that a bot enters a room, inside a transaction. @param isChosen false: a webhook needs the bot there */
export function requestEntry(
  { records, settings }: Context,
  { bot, room }: RemoteRoom,
  isChosen: boolean,
  password: string | undefined,
): Refusal | undefined {
  const { rooms_per_bot: most } = settings.hooks;
  const { botRooms } = records;
  if (botRooms.find(bot, room) === undefined && botRooms.count(bot) >= most)
    return new Refusal(
      Errcode.forbidden,
      `room: ${bot} already has ${most} rooms of other group chat services, the limit (hooks.rooms_per_bot)`,
    );
  botRooms.ask(bot, room, { isChosen, at: Date.now(), ...(password !== undefined && { password }) });
  return undefined;
}

/** Waits until the component has tried to enter a room. @returns a sentence, and whether the bot is inside */
export async function entered(
  { running, records, commit, settings }: Context,
  { bot, room }: RemoteRoom,
): Promise<{ readonly text: string; readonly isInside: boolean }> {
  const address = `${bot}@${settings.xmpp.domain}`;
  const outside = (text: string) => ({ text, isInside: false });
  if (running === undefined)
    return outside(
      `The component is not running: ${address} enters ${room} when it starts, if that is a room.`,
    );
  const jid = Jid.parse(room);
  if (jid !== undefined) await running.remote.settle(bot, jid);
  commit.flush();
  const found = records.botRooms.find(bot, room);
  if (found === undefined) return outside(`${room} isn't a room: posts are sent to it as to a user.`);
  const { state, nick, reason } = found;
  if (state === "inside") return { text: `${address} is in ${room} as ${nick ?? ""}.`, isInside: true };
  if (state === "entering") return outside(`${address} is still entering ${room}: see bot list.`);
  return outside(`${address} isn't in ${room}: ${reason ?? state}.`);
}

/** Refuses a user as sender to a room of another service, because only bots can enter such rooms. */
export async function refuseRoom(
  context: Context,
  sender: string | undefined,
  to: AccountJid | undefined,
): Promise<Refusal | undefined> {
  const { running } = context;
  if (sender === undefined || to === undefined || running === undefined || !mayBeRemote(context, to))
    return undefined;
  if (!(await running.remote.isRoom(to))) return undefined;
  return new Refusal(
    Errcode.request,
    `as: ${sender} is a user, but only bots can enter ${to.text}, a room of another group chat service; leave out \`as\`, or name a bot's id`,
  );
}
