/** `user`: the directory of people, also while the component runs. */
import { Option, type Command } from "commander";
import { Jid } from "../../component/address.js";
import type { XmppConfig } from "../../component/config.js";
import { DomainAliases } from "../../component/domain-aliases.js";
import { DirectoryStore, type Page, type Person } from "../../storage/directory-store.js";
import { VcardStore } from "../../storage/vcard-store.js";
import type { Config } from "../config/sections.js";
import { loadSections } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { readPerson, type PersonFields } from "../import/person.js";
import { loadSpeller } from "../import/pinyin.js";
import { say } from "../output.js";
import { table } from "../table.js";
import { timeText } from "../local-time.js";
import { configured, sourcesOf } from "./configured.js";
import { inNewStorage, inStorage } from "./in-storage.js";
import { limitOf } from "./limit.js";
import { addUserImport } from "./user-import.js";

type Options = Readonly<Record<string, unknown>>;

interface ListOptions extends Options {
  readonly host?: string;
  readonly employed?: string;
  readonly limit: string;
}

const SECTIONS = ["xmpp", "storage"] as const;

export function addUser(program: Command): void {
  const user = program.command("user").description("look after the directory of people");
  addUserImport(user);
  listing(user.command("list"))
    .description("list people")
    .action((options: ListOptions) => list(options));
  listing(user.command("search"))
    .description("find people by name, pinyin or id")
    .argument("<text>", "a part of it: 张三, zhangsan, zs")
    .action((text: string, options: ListOptions) => list(options, text));
  configured(user.command("show"), SECTIONS)
    .description("show what is known of somebody")
    .argument("<user>", "id or id@host")
    .action(show);
  configured(user.command("set"), SECTIONS)
    .description("add somebody, or change what is given")
    .argument("<user>", "id or id@host")
    .option("--name <name>", "their name")
    .option("--pinyin <spelling>", "how it is spelt; worked out where left out")
    .option("--avatar <url>", "their picture; an empty one takes it away")
    .option("--department <path>", "such as /company/division/team")
    .addOption(new Option("--employed <yes|no>", "whether they work here").choices(["yes", "no"]))
    .action(set);
  configured(user.command("remove"), SECTIONS)
    .description("take people out of the directory")
    .argument("<user...>", "ids or id@host")
    .action(remove);
}

function listing(command: Command): Command {
  return configured(command, SECTIONS)
    .option("--host <host>", "only those of this host")
    .addOption(
      new Option("--employed <yes|no>", "only those who do, or don't, work here").choices(["yes", "no"]),
    )
    .option("--limit <count>", "the most to show", "100");
}

async function list(options: ListOptions, text?: string): Promise<void> {
  const { storage } = configOf(options);
  const limit = limitOf(options);
  const employed = options.employed === undefined ? undefined : options.employed === "yes";
  const page: Page = { host: options.host, employed, limit: limit + 1, offset: 0 };
  await inStorage(storage.path, (db) => {
    const store = new DirectoryStore(db);
    const people = text === undefined ? store.list(page) : store.search(text, page);
    if (people.length === 0) say("Nobody.");
    else say(table(["user", "employed", "department", "name"], people.slice(0, limit).map(rowOf)));
    if (people.length > limit) say(`There are more than these ${limit}; see --limit.`);
  });
}

function rowOf({ local, host, employed, department, name }: Person): string[] {
  // Names come last: Chinese ones are wider than they count.
  return [`${local}@${host}`, employed ? "yes" : "no", department, name];
}

async function show(text: string, options: Options): Promise<void> {
  const { storage, xmpp } = configOf(options);
  const { local, host } = userOf(text, xmpp);
  await inStorage(storage.path, (db) => {
    const person = new DirectoryStore(db).find(local, host);
    const vcard = new VcardStore(db).find(`${local}@${host}`);
    if (person !== undefined) {
      const { name, pinyin, avatar, department, employed } = person;
      const fields = { name, pinyin, avatar, department, employed: employed ? "yes" : "no" };
      say(`${local}@${host}`, ...Object.entries(fields).map(([field, value]) => `  ${field}: ${value}`));
    } else if (vcard?.name !== undefined) {
      const until = timeText(vcard.expiresAt);
      say(`${local}@${host} is not in the directory; their vCard says (remembered until ${until}):`);
      say(`  name: ${vcard.name}`, `  avatar: ${vcard.image ?? vcard.avatar}`);
    } else throw new Failure(`Nobody knows ${local}@${host}.`, ExitCode.dataErr);
  });
}

async function set(text: string, options: Options & PersonFields): Promise<void> {
  const { storage, xmpp } = configOf(options);
  const { name, pinyin, avatar, department, employed } = options;
  const given = { name, pinyin, avatar, department, employed };
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const person = readPerson(
    { id: text, ...fields },
    { aliases: new DomainAliases({ xmpp }), spell: await loadSpeller() },
  );
  if (typeof person === "string") throw new Failure(`${person}.`, ExitCode.dataErr);
  await inNewStorage(storage.path, (db) => {
    say(`${person.local}@${person.host}: ${new DirectoryStore(db).save(person)}`);
  });
}

async function remove(texts: readonly string[], options: Options): Promise<void> {
  const { storage, xmpp } = configOf(options);
  const users = texts.map((text) => userOf(text, xmpp));
  await inStorage(storage.path, (db) => {
    const store = new DirectoryStore(db);
    db.transaction(() => {
      for (const { local, host } of users) {
        if (store.remove(local, host)) continue;
        throw new Failure(`${local}@${host} is not in the directory; nobody was removed.`, ExitCode.dataErr);
      }
    }).immediate();
    say(`${users.length} removed`);
  });
}

function configOf(options: Options): Pick<Config, "xmpp" | "storage"> {
  return loadSections(sourcesOf(options), SECTIONS);
}

/** @throws Failure for what is no user's address */
export function userOf(text: string, xmpp: XmppConfig): { local: string; host: string } {
  const aliases = new DomainAliases({ xmpp });
  const named = Jid.parse(text, aliases.defaultHost);
  const jid = named && aliases.resolve(named);
  if (jid?.local === undefined || jid.resource !== undefined) {
    throw new Failure(`${JSON.stringify(text)} is no user: expected id or id@host.`, ExitCode.usage);
  }
  return { local: jid.local, host: jid.domain };
}
