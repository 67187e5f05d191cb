/** The directory of users: entries, cached vCards, and keys. */
import { z } from "zod";
import type { StoredPerson, Saved } from "../../storage/directory-store.js";
import { DomainAliases } from "../addresses/domain-aliases.js";
import { TimeSlice } from "../limits/meter.js";
import { FIELD_NAMES, loadSpeller, readPerson, type PersonFields } from "../people/person.js";
import { badRequest, refuse } from "../refusal.js";
import { counted } from "../wording.js";
import { USER, users } from "./accounts.js";
import type { Context } from "./context.js";
import { KEYS, shownKey } from "./key.js";
import { changing, destroying, MESSAGE, NEXT, PAGE, reading, rows, time, word, pageOf } from "./operation.js";
import { comparable } from "./comparable-text.js";
import { erase } from "./user-erase.js";

const FIELDS = {
  name: word(z.string().optional(), "name", "姓名"),
  pinyin: word(
    z.string().optional(),
    "name's spelling (default: derived from the name)",
    "姓名的拼音（默认：由姓名得出）",
  ),
  avatar: word(z.string().optional(), "picture's URL; an empty one removes it", "头像的 URL；留空则移除"),
  department: word(
    z.string().optional(),
    "department, such as /company/division/team",
    "部门，例如 /公司/部门/小组",
  ),
};
export const DRY_RUN = word(
  z.boolean().default(false),
  "report what would change, without changing it",
  "只报告会有哪些更改",
);
const EMPLOYED = word(z.boolean().optional(), "whether the user is employed", "是否在职");

/** How many entries are read from the database at a time. */
const CHUNK = 500;

const list = reading({
  name: "user list",
  en: "list or find users, by part of their id, name or pinyin",
  zh: "按 id、姓名或拼音的一部分列出或查找用户",
  arguments: {
    text: word(
      z.string().max(200).default(""),
      "part of the id, name or pinyin: 张三, zhangsan, zs",
      "id、姓名或拼音的一部分：张三、zhangsan、zs",
      { placed: "zs" },
    ),
    host: word(z.string().optional(), "only users of this host", "只列出此域名的用户"),
    employed: word(
      z.boolean().optional(),
      "only users who are, or are not, employed",
      "只列出在职或离职的用户",
    ),
    ...PAGE,
  },
  result: {
    users: rows(["users", "用户"], ["No users.", "没有用户。"], {
      user: word(z.string(), "user", "用户"),
      employed: word(z.boolean(), "employed", "在职"),
      department: word(z.string(), "department", "部门"),
      name: word(z.string(), "name", "姓名"),
    }),
    next: NEXT,
  },
  async run({ records: { directory } }, { text, host: only, employed, limit, after }) {
    const matches = matcher(text);
    const isWanted = (person: StoredPerson): boolean =>
      (employed === undefined || person.employed === employed) && matches(person);
    const found: StoredPerson[] = [];
    const slice = new TimeSlice();
    const at = after.lastIndexOf("@");
    const [local, from] = at < 0 ? ["", ""] : [after.slice(0, at), after.slice(at + 1)];
    for (const { name: host } of directory.hosts()) {
      if (host < from || (only !== undefined && host !== only)) continue;
      let last = host === from ? local : "";
      let some: StoredPerson[];
      do {
        some = directory.listAfter(host, last, CHUNK);
        found.push(...some.filter(isWanted));
        last = some.at(-1)?.local ?? "";
        if (slice.isOver) await slice.yieldTurn();
      } while (some.length === CHUNK && found.length <= limit);
      if (found.length > limit) break;
    }
    const { entries, next } = pageOf(found, limit, addressOf);
    const users = entries.map((person) => {
      const { employed, department, name } = person;
      return { user: addressOf(person), employed, department, name };
    });
    return { users, next };
  },
});

const show = reading({
  name: "user show",
  en: "show a user's directory entry, cached vCard and keys",
  zh: "显示用户的通讯录条目、缓存的 vCard 和密钥",
  arguments: { user: USER },
  result: {
    user: word(z.string(), "user", "用户"),
    name: word(z.string().optional(), "name", "姓名"),
    pinyin: word(z.string().optional(), "pinyin", "拼音"),
    avatar: word(z.string().optional(), "picture", "头像"),
    department: word(z.string().optional(), "department", "部门"),
    employed: word(z.boolean().optional(), "employed", "在职"),
    vcard: word(z.string().optional(), "name in the cached vCard", "缓存的 vCard 中的姓名"),
    vcard_until: time("vCard cached until", "vCard 缓存至").optional(),
    keys: KEYS,
  },
  run({ records: { directory, vcards, keys } }, { user: { local, domain, text: address } }) {
    const person = directory.find(local, domain);
    const vcard = vcards.find(address);
    const owned = keys.of(address);
    if (person === undefined && vcard?.name === undefined && owned.length === 0)
      return refuse.notFound(`user: ${address} is not in the directory, and no vCard of theirs is cached`);
    return {
      user: address,
      name: person?.name,
      pinyin: person?.pinyin,
      avatar: person?.avatar,
      department: person?.department,
      employed: person?.employed,
      vcard: vcard?.name,
      vcard_until: vcard?.expiresAt,
      keys: owned.map(shownKey),
    };
  },
});

const set = changing({
  name: "user set",
  en: "add a user, or change the given fields",
  zh: "添加用户，或修改给出的字段",
  example: "zhangsan --name 张三 --department /研发",
  arguments: { user: USER, ...FIELDS, employed: EMPLOYED },
  async run(context, { user: { text: id }, employed, ...fields }) {
    const yes = employed === undefined ? {} : { employed: employed ? "yes" : "no" };
    const person = readPerson(given({ id, ...fields, ...yes }), await rulesOf(context));
    if (typeof person === "string") return badRequest(person.replace(/^(\w+) /, "$1: "));
    return await context.change(() => {
      const saved = context.records.directory.save(person);
      return { message: `${addressOf(person)}: ${saved}` };
    });
  },
});

const remove = destroying({
  name: "user remove",
  en: "remove users from the directory; their keys stay valid until they expire",
  zh: "从通讯录移除用户；其密钥在到期之前仍然有效",
  arguments: { users: users("users: id or id@host", "用户：id 或 id@域名", "zhangsan") },
  run: ({ records: { directory }, change }, { users: gone }) =>
    change(() => {
      const unknown = gone.find(({ local, domain }) => !directory.remove(local, domain));
      return unknown === undefined
        ? { message: `Removed ${counted(gone.length, "user")}.` }
        : refuse.notFound(`users: ${unknown.text} is not in the directory; no user was removed`);
    }),
});

export const importUsers = changing({
  name: "user import",
  en: "add and change many users; the command reads them from a file, and users missing from it are kept",
  zh: "批量添加和修改用户；命令从文件读取，不改变文件中没有的用户",
  example: "people.csv --dry-run",
  arguments: {
    users: word(z.array(z.partialRecord(z.enum(FIELD_NAMES), z.string())).max(1000), "users", "用户"),
    dry_run: DRY_RUN,
  },
  result: {
    message: MESSAGE,
    added: word(z.int(), "added", "已添加"),
    changed: word(z.int(), "changed", "已修改"),
    unchanged: word(z.int(), "unchanged", "未变"),
    refused: word(
      z.array(
        z.strictObject({
          index: word(z.int(), "position in the list, from 0", "在列表中的位置，从 0 开始"),
          reason: word(z.string(), "reason", "原因"),
        }),
      ),
      "refused",
      "被拒",
    ),
  },
  async run(context, { users, dry_run: isDryRun }) {
    const { directory } = context.records;
    const rules = await rulesOf(context);
    const read = users.map((fields) => readPerson(given(fields), rules));
    const refused = read.flatMap((person, index) =>
      typeof person === "string" ? [{ index, reason: person }] : [],
    );
    const people = read.filter((person) => typeof person !== "string");
    const importAll = () => {
      const counts: Record<Saved, number> = { added: 0, changed: 0, unchanged: 0 };
      for (const person of people) counts[isDryRun ? directory.compare(person) : directory.save(person)] += 1;
      const { added, changed, unchanged } = counts;
      const message = `${added} added, ${changed} changed, ${unchanged} unchanged, ${refused.length} refused.`;
      return { message, ...counts, refused };
    };
    if (isDryRun) return importAll();
    return await context.change(importAll);
  },
});

async function rulesOf({ settings }: Context) {
  return { aliases: new DomainAliases(settings), spell: await loadSpeller() };
}

/** Leaves out fields without a value. */
function given(fields: Readonly<Record<string, string | undefined>>): PersonFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function addressOf({ local, host }: Pick<StoredPerson, "local" | "host">): string {
  return `${local}@${host}`;
}

/** Returns a predicate for people whose id, name or pinyin contains the text; "Zhang San" matches zhangsan. */
function matcher(text: string): (person: StoredPerson) => boolean {
  const word = comparable(text);
  const spelling = word.replace(/[\s'’-]/g, "");
  return ({ local, name, pinyin }) =>
    local.includes(word) ||
    name.toLowerCase().includes(word) ||
    (spelling !== "" && pinyin.includes(spelling));
}

export const USER_OPERATIONS = [list, show, set, remove, erase, importUsers];
