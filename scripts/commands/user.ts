import { Option, type Command } from "commander";
import { isAccount, Jid, type AccountJid } from "../../component/address.js";
import { counted } from "../../component/wording.js";
import type { XmppConfig } from "../../component/config.js";
import { DomainAliases } from "../../component/domain-aliases.js";
import { DirectoryStore, type Page, type Person } from "../../storage/directory-store.js";
import { VcardStore } from "../../storage/vcard-store.js";
import { dataFailure, usageFailure } from "../failure.js";
import { readPerson, type PersonFields } from "../import/person.js";
import { loadSpeller } from "../import/pinyin.js";
import { say } from "../output.js";
import { sayTable } from "../table.js";
import { timeText } from "../local-time.js";
import { configOf, configured, type Flags } from "./configured.js";
import { inNewStorage, inStorage } from "./in-storage.js";
import { limitOf } from "./numbers.js";
import { addUserImport } from "./user-import.js";

type Options = Flags;

interface ListOptions extends Options {
  readonly host?: string;
  readonly employed?: string;
  readonly limit: string;
}

const SECTIONS = ["xmpp", "storage"] as const;

export function addUser(program: Command): void {
  const user = program.command("user").description("show and change the directory of users");
  addUserImport(user);
  listing(user.command("list"))
    .description("list users")
    .action((options: ListOptions) => list(options));
  listing(user.command("search"))
    .description("find users by part of their name, pinyin or ID")
    .argument("<text>", "part of the name, pinyin or ID: 张三, zhangsan, zs")
    .action((text: string, options: ListOptions) => list(options, text));
  configured(user.command("show"), SECTIONS)
    .description("show a user's directory entry, or else the cached vCard")
    .argument("<user>", "ID or ID@HOST")
    .action(show);
  configured(user.command("set"), SECTIONS)
    .description("add a user, or change the given fields")
    .argument("<user>", "ID or ID@HOST")
    .option("--name <name>", "the user's name")
    .option("--pinyin <spelling>", "the name's spelling (default: derived from the name)")
    .option("--avatar <url>", "the user's picture; an empty URL removes it")
    .option("--department <path>", "the user's department, such as /company/division/team")
    .addOption(new Option("--employed <yes|no>", "whether the user is employed").choices(["yes", "no"]))
    .action(set);
  configured(user.command("remove"), SECTIONS)
    .description("remove users from the directory")
    .argument("<user...>", "ID or ID@HOST")
    .action(remove);
}

function listing(command: Command): Command {
  return configured(command, SECTIONS)
    .option("--host <host>", "only users of this host")
    .addOption(
      new Option("--employed <yes|no>", "only users who are, or are not, employed").choices(["yes", "no"]),
    )
    .option("--limit <count>", "maximum entries to show", "100");
}

async function list(options: ListOptions, text?: string): Promise<void> {
  const { storage } = configOf(options, SECTIONS);
  const limit = limitOf(options);
  const employed = options.employed === undefined ? undefined : options.employed === "yes";
  const page: Page = { host: options.host, employed, limit: limit + 1, offset: 0 };
  await inStorage(storage.path, (db) => {
    const store = new DirectoryStore(db);
    const people = text === undefined ? store.list(page) : store.search(text, page);
    const rows = people.slice(0, limit).map(rowOf);
    sayTable("No users.", ["user", "employed", "department", "name"], rows);
    if (people.length > limit) say(`More than ${limit} match; use --limit.`);
  });
}

function rowOf({ local, host, employed, department, name }: Person): string[] {
  // The name is the last column, because padEnd() ignores that Chinese characters are two columns wide.
  return [`${local}@${host}`, employed ? "yes" : "no", department, name];
}

async function show(text: string, options: Options): Promise<void> {
  const { storage, xmpp } = configOf(options, SECTIONS);
  const { local, domain, text: address } = userOf(text, xmpp);
  await inStorage(storage.path, (db) => {
    const person = new DirectoryStore(db).find(local, domain);
    const vcard = new VcardStore(db).find(address);
    if (person !== undefined) {
      const { name, pinyin, avatar, department, employed } = person;
      const fields = { name, pinyin, avatar, department, employed: employed ? "yes" : "no" };
      say(address, ...Object.entries(fields).map(([field, value]) => `  ${field}: ${value}`));
    } else if (vcard?.name !== undefined) {
      const until = timeText(vcard.expiresAt);
      say(`${address} is not in the directory. From their vCard, cached until ${until}:`);
      say(`  name: ${vcard.name}`, `  avatar: ${vcard.image ?? vcard.avatar}`);
    } else throw dataFailure(`${address} is not in the directory, and no vCard of theirs is cached.`);
  });
}

async function set(text: string, options: Options & PersonFields): Promise<void> {
  const { storage, xmpp } = configOf(options, SECTIONS);
  const { name, pinyin, avatar, department, employed } = options;
  const given = { name, pinyin, avatar, department, employed };
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const person = readPerson(
    { id: text, ...fields },
    { aliases: new DomainAliases({ xmpp }), spell: await loadSpeller() },
  );
  if (typeof person === "string") throw dataFailure(`${person}.`);
  await inNewStorage(storage.path, (db) => {
    say(`${person.local}@${person.host}: ${new DirectoryStore(db).save(person)}`);
  });
}

async function remove(texts: readonly string[], options: Options): Promise<void> {
  const { storage, xmpp } = configOf(options, SECTIONS);
  const users = texts.map((text) => userOf(text, xmpp));
  await inStorage(storage.path, (db) => {
    const store = new DirectoryStore(db);
    db.transaction(() => {
      for (const { local, domain, text } of users) {
        if (store.remove(local, domain)) continue;
        throw dataFailure(`${text} is not in the directory; no user was removed.`);
      }
    }).immediate();
    say(`Removed ${counted(users.length, "user")}.`);
  });
}

/** Parses a user's address or id. @throws Failure unless the address is a user's */
export function userOf(text: string, xmpp: XmppConfig): AccountJid {
  const aliases = new DomainAliases({ xmpp });
  const named = Jid.parse(text, aliases.defaultHost);
  const jid = named && aliases.resolve(named);
  if (jid !== undefined && isAccount(jid)) return jid;
  throw usageFailure(`${JSON.stringify(text)} is not a user's address: use ID or ID@HOST.`);
}
