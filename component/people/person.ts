/** Validates the fields of a user in an imported list. */
import { Jid } from "../addresses/address.js";
import type { DomainAliases } from "../addresses/domain-aliases.js";
import type { PersonChange } from "../../storage/directory-store.js";
import { normalized } from "../../storage/unicode.js";
import { ownProperty } from "../own-property.js";
import { quoted } from "../wording.js";

/** The fields of a user. Missing fields stay unchanged in the directory. */
export type PersonFields = Partial<Record<FieldName, string>>;

export const FIELD_NAMES = ["id", "host", "name", "pinyin", "avatar", "department", "employed"] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

const ALIASES: Readonly<Record<string, FieldName>> = {
  user: "id",
  user_id: "id",
  userid: "id",
  username: "id",
  工号: "id",
  账号: "id",
  domain: "host",
  user_name: "name",
  姓名: "name",
  拼音: "pinyin",
  url: "avatar",
  头像: "avatar",
  dept: "department",
  部门: "department",
  hire_flag: "employed",
  在职: "employed",
};

const YES = /^(?:1|y|yes|t|true|是|在职)$/i;
const NO = /^(?:0|n|no|f|false|否|离职)$/i;
/** The maximum lengths of fields, in characters. */
const MAX_LENGTHS = { name: 256, avatar: 2048, department: 1024, pinyin: 1024 } as const;
const CONTROL = /\p{Cc}/u;

/** Returns the field that a column's header names; undefined if it isn't imported. */
export function fieldOf(heading: string): FieldName | undefined {
  const name = heading.trim().toLowerCase();
  return FIELD_NAMES.find((field) => field === name) ?? ownProperty(ALIASES, name);
}

export interface PersonRules {
  /** The hosts whose users may be listed, and their aliases. */
  readonly aliases: DomainAliases;
  /** Derives the pinyin of names without pinyin. */
  readonly spell: Speller;
}

/** Validates the fields of a user. @returns the change to save, or the reason why the fields are invalid */
export function readPerson(fields: PersonFields, { aliases, spell }: PersonRules): PersonChange | string {
  const id = fields.id?.trim() ?? "";
  if (id === "") return "id is missing";
  const { hosts, defaultHost } = aliases;
  const named = Jid.parse(id, nonEmpty(fields.host) ?? defaultHost);
  const jid = named && aliases.resolve(named);
  if (jid?.local === undefined || jid.resource !== undefined) {
    return `id must be ID or ID@HOST, not ${quoted(id)}`;
  }
  if (!hosts.includes(jid.domain)) {
    return `host must be one of xmpp.hosts (${hosts.join(", ")}), not ${quoted(jid.domain)}`;
  }
  return detailsOf(fields, spell, { local: jid.local, host: jid.domain });
}

function detailsOf(
  fields: PersonFields,
  spell: Speller,
  who: { local: string; host: string },
): PersonChange | string {
  for (const field of ["name", "avatar", "department", "pinyin"] as const) {
    const text = fields[field] ?? "";
    if (text.length > MAX_LENGTHS[field])
      return `${field} must have at most ${MAX_LENGTHS[field]} characters`;
    if (CONTROL.test(text.trim())) return `${field} must not contain control characters`;
  }
  const name = normalized(nonEmpty(fields.name) ?? "", "NFC", MAX_LENGTHS.name) || undefined;
  const pinyin = nonEmpty(fields.pinyin)?.toLowerCase() ?? (name === undefined ? undefined : spell(name));
  const avatar = fields.avatar?.trim();
  if (avatar !== undefined && /^(?!https?:)[a-z][a-z0-9+.-]*:/i.test(avatar)) {
    return `avatar must be an http or https URL or a relative one, not ${quoted(avatar)}`;
  }
  const employed = nonEmpty(fields.employed);
  if (employed !== undefined && !YES.test(employed) && !NO.test(employed)) {
    return `employed must be yes or no, not ${quoted(employed)}`;
  }
  return {
    ...who,
    ...(name !== undefined && { name }),
    ...(pinyin !== undefined && { pinyin }),
    ...(avatar !== undefined && { avatar }),
    ...(fields.department !== undefined && { department: fields.department.trim() }),
    ...(employed !== undefined && { employed: YES.test(employed) }),
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? "";
  return trimmed === "" ? undefined : trimmed;
}

/** Derives the pinyin (Latin spelling) of a Chinese name, for searches: of 张三 "zhangsan|zs"; "" without letters. */
export type Speller = (name: string) => string;

/** Loads the pinyin dictionary. Only commands load it, because it takes 50 ms and 28 MB. */
export async function loadSpeller(): Promise<Speller> {
  const { pinyin } = await import("pinyin-pro");
  return (name) => {
    const syllables = pinyin(name, {
      toneType: "none",
      type: "array",
      nonZh: "consecutive",
      surname: "head",
      v: true,
    })
      .flatMap((part) => part.split(/[^\p{L}\p{N}]+/u))
      .map((part) => part.toLowerCase())
      .filter((part) => part !== "");
    if (syllables.length === 0) return "";
    return `${syllables.join("")}|${syllables.map((syllable) => syllable.charAt(0)).join("")}`;
  };
}
