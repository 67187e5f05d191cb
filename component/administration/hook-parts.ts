/** What operations on webhooks and bots share: names, receivers, senders, pictures, and rooms of other services. */
import type { BotPicture } from "../../storage/bots-store.js";
import type { StoredHook } from "../../storage/hooks-store.js";
import type { RoomsStore } from "../../storage/rooms-store.js";
import { isAccount, Jid, type AccountJid } from "../addresses/address.js";
import { parseImage } from "../people/vcard.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import { quoted } from "../wording.js";
import type { Context, OperationDone } from "./context.js";
import { changeRefusing, removeNeedlessRooms } from "./needless-rooms.js";

/** Parses an address, or an id at the component's domain. */
export function hookAddressOf(
  { addresses, settings }: Context,
  text: string,
  field: string,
): AccountJid | Refusal {
  return addresses.account(text.trim(), field, settings.xmpp.domain);
}

export function hasRoom({ records }: Context, name: string): boolean {
  return records.rooms.find(name) !== undefined;
}

/** A webhook's sender: a user's address, or a bot's id. */
interface Sender {
  readonly sender: string | undefined;
  readonly bot: string | undefined;
}

/** Parses a sender: a user of xmpp.hosts, or a bot at the component's domain. */
export function hookSenderOf(context: Context, text: string): Sender | Refusal {
  const jid = hookAddressOf(context, text, "as");
  if (jid instanceof Refusal) return jid;
  const { domain, hosts, send_as_users } = context.settings.xmpp;
  if (hosts.includes(jid.domain) && send_as_users === "never")
    return refuse.forbidden(
      `as: the component can't send as ${jid.text} (xmpp.send_as_users: never): name a bot's id`,
    );
  if (hosts.includes(jid.domain)) return { sender: jid.text, bot: undefined };
  if (jid.domain !== domain)
    return refuse.forbidden(
      `as: ${jid.text} is neither a user of the hosts served (${hosts.join(", ")}) nor a bot at ${domain}`,
    );
  if (hasRoom(context, jid.local))
    return refuse.exists(
      `as: ${jid.text} is a room, so a bot can't have this address: name another bot with \`as\``,
    );
  return { sender: undefined, bot: jid.local };
}

type Text = string | undefined;

/** What a hook has beside its own record. */
interface Around extends Sender {
  /** The hook's name. */
  readonly name: string;
  /** The rooms or the user that are given, for which the hook needs its bot. */
  readonly to: readonly AccountJid[];
  /** The rooms and people that its alerts call. */
  readonly called?: readonly AccountJid[];
  /** The rooms or the user that the hook has so far. */
  readonly known: readonly string[];
  /** The picture of a bot that has none. */
  readonly fallback?: BotPicture | undefined;
}

/**
 * Adds or changes a hook together with its bot, and waits until the bot has tried to enter its rooms.
 * @param save stores the hook, inside the transaction
 */
export async function saveHook(
  context: Context,
  { name, to, called = [], known: before, fallback, ...as }: Around,
  { title, picture, password }: { title?: Text; picture?: BotPicture | undefined; password?: Text },
  save: () => OperationDone | Refusal,
): Promise<(OperationDone & { readonly notes: string[] }) | Refusal> {
  const remote: BotElsewhere[] = [];
  const done = await changeRefusing(context, (refused) => {
    const { bots } = context.records;
    if (as.bot !== undefined) {
      const known = bots.find(as.bot);
      const shown = picture ?? known?.picture ?? fallback;
      bots.put({ name: as.bot, title: title ?? known?.title ?? as.bot, picture: shown });
    } else if ((title ?? picture) !== undefined)
      return badRequest("title: only bots have titles and pictures, and this hook has no bot");
    // A password alone is for the rooms that the hook has.
    const rooms = to.length > 0 || password === undefined ? to : before.map((text) => Jid.parse(text));
    const needed = [
      ...rooms.map((jid) => ({ jid, password })),
      ...called.map((jid) => ({ jid, password: undefined })),
    ];
    for (const { jid, password } of needed) {
      if (as.bot === undefined || jid === undefined || !mayBeRemote(context, jid)) continue;
      const entry = { bot: as.bot, room: jid.text };
      const full = requestEntry(context, entry, false, password);
      if (full !== undefined) return full;
      remote.push(entry);
    }
    if (password !== undefined && remote.length === 0)
      return badRequest("password: this hook's bot enters no room of another group chat service");
    const saved = save();
    refused.push(...removeNeedlessRooms(context, `the hook ${name} was changed`));
    bots.prune();
    return saved;
  });
  if (done instanceof Refusal) return done;
  const notes: string[] = [];
  for (const each of remote) notes.push((await entered(context, each)).text);
  return { ...done, notes };
}

/** Parses a picture in Base64. */
export function pictureIn({ settings }: Context, base64: string): BotPicture | Refusal | undefined {
  if (base64 === "") return undefined;
  const { avatar_bytes: most } = settings.people;
  const image = parseImage(base64, most);
  if (image !== undefined) return { bytes: image.bytes, type: image.type };
  return badRequest(
    `picture: expected a PNG, JPEG, GIF or WebP of at most ${most} bytes (people.avatar_bytes)`,
  );
}

/** A room of another service and the bot that has to enter it. */
export interface BotElsewhere {
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
  return badRequest(
    `room: ${quoted(text)} isn't a room of another group chat service; expected room@service. Bots needn't enter rooms at the component's domain`,
  );
}

/** Parses rooms of which an outgoing webhook delivers events. */
export function roomsOf(context: Context, texts: readonly string[]): readonly AccountJid[] | Refusal {
  const rooms: AccountJid[] = [];
  for (const text of texts) {
    const jid = hookAddressOf(context, text, "room");
    if (jid instanceof Refusal) return jid;
    if (jid.domain !== context.settings.xmpp.domain && !mayBeRemote(context, jid))
      return badRequest(`room: ${jid.text} is a user's address`);
    rooms.push(jid);
  }
  return rooms;
}

/** Requests that a bot enters a room, inside a transaction. @param isChosen false: a webhook needs the bot there */
export function requestEntry(
  { records, settings }: Context,
  { bot, room }: BotElsewhere,
  isChosen: boolean,
  password: string | undefined,
): Refusal | undefined {
  const { rooms_per_bot: most } = settings.hooks;
  const { botRooms } = records;
  if (botRooms.find(bot, room) === undefined && botRooms.count(bot) >= most)
    return refuse.forbidden(
      `room: ${bot} already has ${most} rooms of other group chat services, the limit (hooks.rooms_per_bot)`,
    );
  botRooms.ask(bot, room, { isChosen, at: Date.now(), ...(password !== undefined && { password }) });
  return undefined;
}

/** Waits until the component has tried to enter a room. @returns a sentence, and whether the bot is inside */
export async function entered(
  { running, records, commit, settings }: Context,
  { bot, room }: BotElsewhere,
): Promise<{ readonly text: string; readonly isInside: boolean }> {
  const address = `${bot}@${settings.xmpp.domain}`;
  const outside = (text: string) => ({ text, isInside: false });
  if (running === undefined)
    return outside(
      `The component is not running. Once it runs, ${address} enters ${room}, if this is a room.`,
    );
  const jid = Jid.parse(room);
  const isOver = jid === undefined || (await running.remote.settle(bot, jid));
  commit.flush();
  const found = records.botRooms.find(bot, room);
  if (found === undefined) return outside(`${room} isn't a room: posts are sent to it as to a user.`);
  const { state, nick, reason } = found;
  if (state === "inside") return { text: `${address} is in ${room} as ${nick ?? ""}.`, isInside: true };
  if (!isOver || state === "entering") return outside(`${address} is still entering ${room}: see bot list.`);
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
  return badRequest(
    `as: ${sender} is a user, but only bots can enter ${to.text}, a room of another group chat service; leave out \`as\`, or name a bot's id`,
  );
}

/** Whether a hook posts to a room of the component that doesn't exist, such as a destroyed one. */
export function lacksRoom({ receiver }: StoredHook, rooms: RoomsStore, domain: string): boolean {
  const to = Jid.parse(receiver);
  return to?.domain === domain && rooms.find(to.local ?? "") === undefined;
}
