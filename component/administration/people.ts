/** Shows people to operators: the directory's entries, cached vCards, and keys for web services; revokes keys. */
import { counted } from "../wording.js";
import { z } from "zod";
import type { Person } from "../../storage/directory-store.js";
import type { StoredKey } from "../../storage/keys-store.js";
import type { CachedVcard } from "../../storage/vcard-store.js";
import { Errcode, Refusal } from "../refusal.js";
import { TimeSlice } from "../meter.js";
import { noteDone, type AdministrationContext } from "./context.js";
import { operation } from "./operation.js";
import { pageOf, type Page, type PageWanted } from "./page.js";

export interface ListPeople extends PageWanted {
  /** The text to search for in ids, names and pinyin; "" lists all people. */
  readonly text: string;
}

/** A user's data in the component. */
export interface KnownPerson {
  /** The user's bare address. */
  readonly address: string;
  /** The user's entry in the directory; undefined if there is none. */
  readonly person: Person | undefined;
  /** The cached vCard from the user's server; undefined if there is none. */
  readonly vcard: CachedVcard | undefined;
  /** The user's keys, the oldest first, including recently expired ones. */
  readonly keys: readonly StoredKey[];
}

/** How many entries are read from the database at a time. */
const CHUNK = 500;

/** Returns a page of the directory, ordered by host and id. The key for paging is the address. */
export async function listPeople(
  { records: { directory } }: AdministrationContext,
  { text, after, limit }: ListPeople,
): Promise<Page<Person>> {
  const isWanted = matcher(text);
  const found: Person[] = [];
  const slice = new TimeSlice();
  const at = after.lastIndexOf("@");
  const [local, from] = at < 0 ? ["", ""] : [after.slice(0, at), after.slice(at + 1)];
  for (const { name: host } of directory.hosts()) {
    if (host < from) continue;
    let last = host === from ? local : "";
    for (;;) {
      const some = directory.listAfter(host, last, CHUNK);
      found.push(...some.filter(isWanted));
      if (found.length > limit) return pageOf(found, limit, addressOf);
      last = some.at(-1)?.local ?? "";
      if (some.length < CHUNK) break;
      if (slice.isOver) await slice.yieldTurn();
    }
  }
  return pageOf(found, limit, addressOf);
}

export function findPerson(context: AdministrationContext, text: string): KnownPerson | Refusal {
  const account = context.addresses.account(text.trim(), "user");
  if (account instanceof Refusal) return account;
  const { directory, vcards, keys } = context.records;
  const address = account.text;
  const person = directory.find(account.local, account.domain);
  const vcard = vcards.find(address);
  const owned = keys.of(address);
  if (person === undefined && vcard?.name === undefined && owned.length === 0) {
    return new Refusal(Errcode.notFound, `user: ${address} is not known`);
  }
  return { address, person, vcard, keys: owned };
}

export const revokeKeys = operation({
  /** `user` is an id or id@host; if `resource` is given, only the key of this session is revoked. */
  call: z.strictObject({ user: z.string(), resource: z.string().optional() }),
  async run(context, { user, resource }) {
    const account = context.addresses.account(user.trim(), "user");
    if (account instanceof Refusal) return account;
    const { keys } = context.records;
    const count = await context.commit.run(() =>
      resource === undefined ? keys.revoke(account.text) : Number(keys.revokeOne(account.text, resource)),
    );
    const which = resource === undefined ? "" : ` for ${JSON.stringify(resource)}`;
    if (count === 0) return new Refusal(Errcode.notFound, `user: ${account.text} has no key${which}`);
    return noteDone(context, `${counted(count, "key")} of ${account.text} revoked${which}.`);
  },
});

function addressOf({ local, host }: Person): string {
  return `${local}@${host}`;
}

/** Returns a predicate for people whose id, name or pinyin contains the text; "Zhang San" matches zhangsan. */
function matcher(text: string): (person: Person) => boolean {
  const word = text.normalize("NFC").trim().toLowerCase();
  const spelling = word.replace(/[\s'’-]/g, "");
  return ({ local, name, pinyin }) =>
    local.includes(word) ||
    name.toLowerCase().includes(word) ||
    (spelling !== "" && pinyin.includes(spelling));
}
