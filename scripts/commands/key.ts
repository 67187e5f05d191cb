/** `key`: manages the keys by which users log in to web services (auth_uk). */
import { counted } from "../../component/wording.js";
import type { Command } from "commander";
import { Jid } from "../../component/address.js";
import { Keys, type KeyOwner } from "../../component/people/keys.js";
import { DirectoryStore } from "../../storage/directory-store.js";
import { GroupCommit } from "../../storage/group-commit.js";
import { KeysStore, type StoredKey } from "../../storage/keys-store.js";
import { dataFailure } from "../failure.js";
import { explain, say } from "../output.js";
import { sayTable } from "../table.js";
import { timeText } from "../local-time.js";
import { configOf, configured, type Flags } from "./configured.js";
import { inNewStorage, inStorage } from "./in-storage.js";
import { daysOf, limitOf } from "./numbers.js";
import { userOf } from "./user.js";

type Options = Flags & {
  readonly resource?: string;
  readonly days?: string;
  readonly limit: string;
};

const SECTIONS = ["xmpp", "storage", "keys"] as const;
const RESOURCE = "command-line";
const MAX_DAYS = 365;

export function addKey(program: Command): void {
  const key = program
    .command("key")
    .description("manage the keys with which users' clients prove their identity to web services");
  configured(key.command("issue"), SECTIONS)
    .description("issue a key to a user and print it; it is shown only once")
    .argument("<user>", "ID or ID@HOST")
    .option("--resource <name>", "the session that the key is for; its previous key is replaced", RESOURCE)
    .option("--days <days>", "days until the key expires (default: keys.days)")
    .action(issue);
  configured(key.command("list"), SECTIONS)
    .description("list keys with their user, session and expiry")
    .argument("[user]", "ID or ID@HOST")
    .option("--limit <count>", "maximum entries to show", "100")
    .action(list);
  configured(key.command("revoke"), SECTIONS)
    .description("revoke a user's keys")
    .argument("<user>", "ID or ID@HOST")
    .option("--resource <name>", "only the key of this session")
    .action(revoke);
}

async function issue(text: string, options: Options): Promise<void> {
  const { xmpp, storage, keys: config } = configOf(options, SECTIONS);
  const user = userOf(text, xmpp);
  const owner = Jid.of(user.local, user.domain, options.resource ?? RESOURCE);
  const days = options.days === undefined ? config.days : daysOf(options.days, MAX_DAYS);
  await inNewStorage(storage.path, async (db) => {
    const commit = new GroupCommit(db);
    const options = { hosts: xmpp.hosts, config };
    const keys = new Keys(new KeysStore(db), new DirectoryStore(db), commit, options);
    if (owner === undefined || !keys.mayOwn(owner)) {
      throw dataFailure(`${user.text} can't have a key: ${whyNot(user.domain, xmpp.hosts)}.`);
    }
    const { digits, expiresAt } = await keys.issue(owner satisfies KeyOwner, days);
    explain(`Key of ${owner.bare.text}, valid until ${timeText(expiresAt)}; it is shown only once:`);
    say(digits);
  });
}

function whyNot(host: string, hosts: readonly string[]): string {
  if (!hosts.includes(host)) return `${host} is not in xmpp.hosts (${hosts.join(", ")})`;
  return "--resource is invalid, or the directory marks the user as not employed";
}

async function list(text: string | undefined, options: Options): Promise<void> {
  const { xmpp, storage } = configOf(options, SECTIONS);
  const limit = limitOf(options);
  await inStorage(storage.path, (db) => {
    const store = new KeysStore(db);
    const keys = text === undefined ? store.list(limit, 0) : store.of(userOf(text, xmpp).text);
    sayTable("No keys.", ["user", "issued", "expires", "session"], keys.map(rowOf));
  });
}

function rowOf({ jid, resource, issuedAt, expiresAt }: StoredKey): string[] {
  return [jid, timeText(issuedAt), expiresAt > Date.now() ? timeText(expiresAt) : "expired", resource];
}

async function revoke(text: string, options: Options): Promise<void> {
  const { xmpp, storage } = configOf(options, SECTIONS);
  const jid = userOf(text, xmpp).text;
  await inStorage(storage.path, (db) => {
    const store = new KeysStore(db);
    const count =
      options.resource === undefined ? store.revoke(jid) : Number(store.revokeOne(jid, options.resource));
    say(`Revoked ${counted(count, "key")} of ${jid}.`);
  });
}
