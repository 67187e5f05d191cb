/** The fields of the configuration form (XEP-0045 §10.2) and of muc#roominfo, made from the table of room options. */
import type { RoomsConfig } from "../../config.js";
import { parseBoolean, type RoomOption } from "../options/room-option-kinds.js";
import { OPTION_NAMES, OPTION_ROWS, type OptionName, type RoomOptions } from "../options/room-options.js";
import { fieldElement, type FormField, type Submitted } from "../wire/data-form.js";
import type { BareJid } from "../../addresses/address.js";
import { serialise } from "../../xml/serialise.js";
import { fits } from "../../xml/wire-text.js";
import type { Room } from "../room/room.js";
import { affiliatedAccountOf } from "./actor.js";
import type { AffiliationChange } from "../room/affiliation.js";

export interface ConfigField {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Which owners may enable the option: those on the served domains ("local"), none ("api"), or all. */
  readonly setBy: "local" | "api" | "anyone";
  show(options: RoomOptions): FormField;
  /** Applies a submitted value. @returns the changed options; what values are accepted if this one is refused */
  apply(options: RoomOptions, values: readonly string[]): RoomOptions | string;
}

export function configFields(config: RoomsConfig): readonly ConfigField[] {
  return OPTION_NAMES.flatMap((option) => {
    const field = fieldOf(option, OPTION_ROWS[option], config);
    return option === "password" ? [field, protectedField] : [field];
  });
}

/** The fields of muc#roominfo (§15.5.4) that show options. */
export function infoFields(options: RoomOptions): FormField[] {
  return OPTION_NAMES.flatMap((option) => {
    const row: RoomOption<RoomOptions[OptionName]> = OPTION_ROWS[option];
    const { label, type, info = [] } = row;
    const values = row.format(options[option]);
    const shownType = type === "boolean" ? type : "text-single";
    return info.map((name) => ({ name, type: shownType, label: label.en, values }));
  });
}

function fieldOf<K extends OptionName>(
  option: K,
  row: RoomOption<RoomOptions[K]>,
  config: RoomsConfig,
): ConfigField {
  const { field: name, type, aliases = [], label, setBy } = row;
  return {
    name,
    aliases,
    setBy: setBy === undefined ? "anyone" : config[setBy],
    show: (options) => {
      const choices = row.choices?.(options[option], config);
      const blank = type === "text-single" ? row.blank?.(config) : undefined;
      return {
        name,
        type,
        label: label.en + (blank ? `; ${blank.en}` : ""),
        zh: label.zh + (blank ? `；${blank.zh}` : ""),
        values: row.format(options[option]),
        choices: choices?.map(({ value, label: { en, zh } }) => ({ value, label: en, zh })),
      };
    },
    apply: (options, values) => {
      const value = row.parse(values, config);
      return value === undefined ? row.wanted(config) : { ...options, [option]: value };
    },
  };
}

const PROTECTED = "muc#roomconfig_passwordprotectedroom";

/** Removes the password from a submitted form if PROTECTED is "no", because clients submit both fields. */
export function withoutUnwanted(fields: Submitted["fields"]): Submitted["fields"] {
  const isUnwanted = parseBoolean(fields.get(PROTECTED)?.[0]) === false;
  return isUnwanted ? new Map([...fields, [OPTION_ROWS.password.field, [""]]]) : fields;
}

const protectedField: ConfigField = {
  name: PROTECTED,
  aliases: [],
  setBy: "anyone",
  show: ({ password }) => ({
    name: PROTECTED,
    label: "A password is needed to enter",
    zh: "进入时需要密码",
    type: "boolean",
    values: [password === "" ? "0" : "1"],
  }),
  apply: (options, [value]) =>
    parseBoolean(value) === (options.password !== "") ? options : "no, or yes together with a password",
};

export const OWNER_LISTS = [
  { name: "muc#roomconfig_roomowners", label: "Owners", zh: "群主", affiliation: "owner" },
  { name: "muc#roomconfig_roomadmins", label: "Administrators", zh: "管理员", affiliation: "admin" },
] as const;

/** Each list's share of a stanza's size limit. The form omits a longer list, so the form can't change it. */
const SHARE = 1 / 4;

export function listFields(room: Room, stanzaBytes: number): FormField[] {
  return OWNER_LISTS.flatMap(({ name, label, zh, affiliation }): FormField[] => {
    const field = { name, label, zh, type: "jid-multi", values: listed(room, affiliation) } as const;
    return fits(serialise(fieldElement(field)), stanzaBytes * SHARE) ? [field] : [];
  });
}

/**
 * Returns the affiliation changes that turn the current lists into the submitted ones, one for each account. An account
 * in both lists becomes an owner; an account removed from both becomes a member. A list that wasn't submitted isn't
 * changed.
 * @throws StanzaError jid-malformed
 */
export function listChanges(room: Room, fields: ReadonlyMap<string, readonly string[]>): AffiliationChange[] {
  if (!OWNER_LISTS.some(({ name }) => fields.has(name))) return [];
  const wanted = new Map<string, AffiliationChange>();
  for (const { name, affiliation } of OWNER_LISTS) {
    for (const jid of accountsIn(room, fields.get(name) ?? listed(room, affiliation))) {
      if (!wanted.has(jid.text)) wanted.set(jid.text, { jid, affiliation });
    }
  }
  const before = OWNER_LISTS.flatMap(({ affiliation }) => listed(room, affiliation));
  const removed = accountsIn(room, before).filter((jid) => !wanted.has(jid.text));
  return [
    ...removed.map((jid) => ({ jid, affiliation: "member" as const })),
    ...[...wanted.values()].filter(
      (one) => room.affiliations.get(one.jid.text)?.affiliation !== one.affiliation,
    ),
  ];
}

function listed(room: Room, affiliation: "owner" | "admin"): string[] {
  return room.affiliations.withAffiliation(affiliation).map(({ jid }) => jid);
}

/** Parses the addresses of a submitted list; empty values are ignored. @throws StanzaError jid-malformed */
function accountsIn(room: Room, values: readonly string[]): BareJid[] {
  return values.filter((value) => value !== "").map((value) => affiliatedAccountOf(room, value, "member"));
}
