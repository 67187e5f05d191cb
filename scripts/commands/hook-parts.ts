/** Finds the webhook that a command names, and parses options: receiver, sender, template, picture. */
import { isAccount, Jid, type AccountJid } from "../../component/address.js";
import { DomainAliases } from "../../component/domain-aliases.js";
import { defaultPicture } from "../../component/hooks/pictures.js";
import { Templates } from "../../component/hooks/templates.js";
import { parseImage } from "../../component/people/avatar.js";
import { BotsStore, type BotPicture } from "../../storage/bots-store.js";
import type { Database } from "../../storage/database.js";
import { HooksStore, type StoredHook } from "../../storage/hooks-store.js";
import { OutgoingHooksStore, type StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import { RoomsStore } from "../../storage/rooms-store.js";
import type { Config } from "../config/sections.js";
import { dataFailure, ExitCode, Failure, usageFailure } from "../failure.js";
import type { NamedFiles } from "../hand-over.js";
import { readInput } from "../inherited-files.js";
import { inStorage } from "./in-storage.js";

export const SECTIONS = ["xmpp", "http", "storage", "people", "rooms", "hooks"] as const;
export type HookConfig = Pick<Config, (typeof SECTIONS)[number]>;
type Domains = Pick<HookConfig, "xmpp" | "rooms">;
type Work<Hook, Hooks> = (hook: Hook, hooks: Hooks, db: Database) => void | Promise<void>;

/**
 * Runs the function for the webhook's kind.
 * @throws Failure if no webhook has this name, or if there is no function for its kind
 */
export async function withHook(
  name: string,
  { storage }: HookConfig,
  works: {
    readonly incoming?: Work<StoredHook, HooksStore>;
    readonly outgoing?: Work<StoredOutgoingHook, OutgoingHooksStore>;
  },
): Promise<void> {
  await inStorage(storage.path, async (db) => {
    const [hooks, outgoingHooks] = [new HooksStore(db), new OutgoingHooksStore(db)];
    const [incoming, outgoing] = [hooks.named(name), outgoingHooks.named(name)];
    if (incoming !== undefined && works.incoming === undefined)
      throw usageFailure(`The hook ${name} is an incoming webhook: it delivers no events.`);
    if (outgoing !== undefined && works.outgoing === undefined)
      throw usageFailure(`The hook ${name} is an outgoing webhook: it takes no posts.`);
    if (incoming !== undefined) await works.incoming?.(incoming, hooks, db);
    else if (outgoing !== undefined) await works.outgoing?.(outgoing, outgoingHooks, db);
    else throw dataFailure(`There is no hook ${name}: see hook list.`);
  });
}

/**
 * Parses a receiver.
 * @returns the receiver's address, and whether the receiver exists; only rooms of the component are checked
 * @throws Failure if the text is neither a room's nor a user's address
 */
export function receiverOf(
  db: Database,
  text: string,
  config: Domains,
): { readonly jid: AccountJid; readonly isThere: boolean } {
  const jid = addressOf(text, "--to", config);
  if (jid.domain !== config.xmpp.domain) return { jid, isThere: true };
  if (new BotsStore(db).find(jid.local) !== undefined) {
    throw usageFailure(`--to: ${jid.text} is a bot, which can't be a receiver.`);
  }
  return { jid, isThere: hasRoom(db, jid.local) };
}

/**
 * Parses a sender: a user of xmpp.hosts, or a bot at the component's domain.
 * @throws Failure for any other address, or if a room has the bot's address
 */
export function senderOf(
  db: Database,
  text: string,
  config: Domains,
): { readonly sender: string | undefined; readonly bot: string | undefined } {
  const jid = addressOf(text, "--as", config);
  const { domain, hosts } = config.xmpp;
  if (hosts.includes(jid.domain)) return { sender: jid.text, bot: undefined };
  if (jid.domain !== domain) {
    throw usageFailure(
      `--as: ${jid.text} is neither a user of the hosts served (${hosts.join(", ")}) nor a bot at ${domain}.`,
    );
  }
  if (hasRoom(db, jid.local)) {
    throw dataFailure(`A room has the address ${jid.text}, so a bot can't: name another bot with --as.`);
  }
  return { sender: undefined, bot: jid.local };
}

export interface SpeakerOptions {
  readonly as?: string | undefined;
  readonly title?: string | undefined;
  readonly picture?: string | undefined;
  /** The format of the posts; a bot without a picture gets the format's. */
  readonly format?: string | undefined;
}

/**
 * Returns a webhook's sender, by default a bot with the webhook's name. Creates the bot if needed, and sets
 * its title and picture.
 * @throws Failure if the sender is neither a user of xmpp.hosts nor a bot
 */
export function speakerFrom(
  db: Database,
  name: string,
  options: SpeakerOptions,
  config: HookConfig,
): ReturnType<typeof senderOf> {
  const speaker = senderOf(db, options.as ?? name, config);
  const { sender, bot } = speaker;
  if (bot === undefined) {
    if ((options.title ?? options.picture) === undefined) return speaker;
    throw usageFailure(`${sender ?? ""} is a user: --title and --picture are for bots.`);
  }
  const picture =
    options.picture === undefined ? undefined : pictureIn(options.picture, config.people.avatar_bytes);
  const bots = new BotsStore(db);
  const known = bots.find(bot);
  const shown = picture ?? known?.picture ?? defaultPicture(options.format ?? "", name);
  bots.put({ name: bot, title: options.title ?? known?.title ?? bot, picture: shown });
  return speaker;
}

/** @throws Failure if an incoming or outgoing webhook has this name */
export function refuseTaken(db: Database, name: string): void {
  const isTaken = new HooksStore(db).named(name) ?? new OutgoingHooksStore(db).named(name);
  if (isTaken !== undefined) {
    throw dataFailure(`There is a hook ${name} already: remove it, or choose another name.`);
  }
}

/** Reads a template from a file. @throws Failure if the file can't be read or isn't a valid template */
export async function templateIn(file: string): Promise<string> {
  const text = read(file).toString();
  const fault = (await Templates.load()).faultIn(text);
  if (fault === undefined) return text;
  throw dataFailure(`${file} is no template: ${fault}`);
}

/** @throws Failure if the file can't be read or isn't a picture of at most `most` bytes */
function pictureIn(file: string, most: number): BotPicture {
  const image = parseImage(read(file).toString("base64"), most);
  if (image !== undefined) return { bytes: image.bytes, type: image.type };
  throw dataFailure(`${file} is no PNG, JPEG, GIF or WebP of at most ${most} bytes (people.avatar_bytes).`);
}

/** Returns the files that a command's options name. */
export function filesIn(options: {
  readonly file?: string;
  readonly template?: string;
  readonly picture?: string;
  readonly passwordFile?: string;
}): NamedFiles {
  return { reads: [options.file, options.template, options.picture, options.passwordFile] };
}

/** Reads a file that the command line names. @throws Failure if the file can't be read */
export function read(file: string): Buffer {
  try {
    return readInput(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(`${file} can't be read: ${reason}`, ExitCode.noInput, { cause: error });
  }
}

/** Parses an address, or an id at the component's domain. @throws Failure if the text is neither */
export function addressOf(text: string, option: string, config: Domains): AccountJid {
  const aliases = new DomainAliases(config);
  const named = Jid.parse(text, aliases.domain);
  const jid = named && aliases.resolve(named);
  if (jid !== undefined && isAccount(jid)) return jid;
  throw usageFailure(`${option}: ${JSON.stringify(text)} is no address: expected id or id@host.`);
}

function hasRoom(db: Database, name: string): boolean {
  return new RoomsStore(db).find(name) !== undefined;
}
