/** `key`: keys for web services (auth_uk), also while the component runs. */
import { counted } from "../../component/counted.js";
import type { Command } from "commander";
import { Jid } from "../../component/address.js";
import type { XmppConfig } from "../../component/config.js";
import { Keys, type KeyOwner } from "../../component/people/keys.js";
import { DirectoryStore } from "../../storage/directory-store.js";
import { GroupCommit } from "../../storage/group-commit.js";
import { KeysStore, type StoredKey } from "../../storage/keys-store.js";
import { loadSections } from "../config/sources.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { table } from "../table.js";
import { timeText } from "../local-time.js";
import { configured, sourcesOf } from "./configured.js";
import { inNewStorage, inStorage } from "./in-storage.js";
import { userOf } from "./user.js";

type Options = Readonly<Record<string, unknown>> & {
  readonly resource?: string;
  readonly days?: string;
  readonly limit?: string;
};

const SECTIONS = ["xmpp", "storage", "keys"] as const;
const RESOURCE = "command-line";

export function addKey(program: Command): void {
  const key = program.command("key").description("look after users' keys for web services");
  configured(key.command("issue"), SECTIONS)
    .description("make a key for a user, and print its digits: they are stored nowhere")
    .argument("<user>", "id or id@host")
    .option("--resource <name>", "the session it is for; the last key of that one is replaced", RESOURCE)
    .option("--days <days>", "how long it is good (default: keys.days)")
    .action(issue);
  configured(key.command("list"), SECTIONS)
    .description("list keys: whose, for which session, until when")
    .argument("[user]", "id or id@host")
    .option("--limit <count>", "the most to show", "100")
    .action(list);
  configured(key.command("revoke"), SECTIONS)
    .description("take away a user's keys")
    .argument("<user>", "id or id@host")
    .option("--resource <name>", "only that of this session")
    .action(revoke);
}

async function issue(text: string, options: Options): Promise<void> {
  const { xmpp, storage, keys: config } = loadSections(sourcesOf(options), SECTIONS);
  const { local, host } = userOf(text, xmpp);
  const owner = Jid.of(local, host, options.resource ?? RESOURCE);
  const days = options.days === undefined ? config.days : Number(options.days);
  if (!(days > 0 && days <= 365)) throw new Failure("--days wants a number up to 365.", ExitCode.usage);
  await inNewStorage(storage.path, async (db) => {
    const commit = new GroupCommit(db);
    const options = { hosts: xmpp.hosts, config };
    const keys = new Keys(new KeysStore(db), new DirectoryStore(db), commit, options);
    if (owner === undefined || !keys.mayOwn(owner)) {
      throw new Failure(`${local}@${host} may have no key: ${whyNot(host, xmpp.hosts)}.`, ExitCode.dataErr);
    }
    const { digits, expiresAt } = await keys.issue(owner satisfies KeyOwner, days);
    process.stderr.write(`A key of ${owner.bare.text}, good until ${timeText(expiresAt)}:\n`);
    say(digits);
  });
}

function whyNot(host: string, hosts: readonly string[]): string {
  if (!hosts.includes(host)) return `${host} is not served here (xmpp.hosts has ${hosts.join(", ")})`;
  return "the resource is none, or the directory says that they have left";
}

async function list(text: string | undefined, options: Options): Promise<void> {
  const { xmpp, storage } = loadSections(sourcesOf(options), SECTIONS);
  await inStorage(storage.path, (db) => {
    const store = new KeysStore(db);
    const keys = text === undefined ? store.list(Number(options.limit), 0) : store.of(jidOf(text, xmpp));
    if (keys.length === 0) say("No keys.");
    else say(table(["user", "issued", "good until", "session"], keys.map(rowOf)));
  });
}

function rowOf({ jid, resource, issuedAt, expiresAt }: StoredKey): string[] {
  return [jid, timeText(issuedAt), expiresAt > Date.now() ? timeText(expiresAt) : "expired", resource];
}

async function revoke(text: string, options: Options): Promise<void> {
  const { xmpp, storage } = loadSections(sourcesOf(options), SECTIONS);
  const jid = jidOf(text, xmpp);
  await inStorage(storage.path, (db) => {
    const store = new KeysStore(db);
    const count =
      options.resource === undefined ? store.revoke(jid) : Number(store.revokeOne(jid, options.resource));
    say(`${counted(count, "key")} of ${jid} revoked`);
  });
}

function jidOf(text: string, xmpp: XmppConfig): string {
  const { local, host } = userOf(text, xmpp);
  return `${local}@${host}`;
}
