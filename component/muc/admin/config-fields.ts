/** The fields of the configuration form (XEP-0045 §10.2) and of muc#roominfo, made from the table of room options. */
import type { RoomsConfig } from "../../config.js";
import { parseBoolean, type RoomOption } from "../options/room-option-kinds.js";
import { OPTION_NAMES, OPTION_ROWS, type OptionName, type RoomOptions } from "../options/room-options.js";
import type { FormField, Submitted } from "../wire/data-form.js";

/** A field of the configuration form. */
export interface ConfigField {
  readonly name: string;
  /** Other names under which clients may submit the field. */
  readonly aliases: readonly string[];
  /** Which owners may enable the option: those on the served domains ("local"), none ("api"), or all. */
  readonly setBy: "local" | "api" | "anyone";
  show(options: RoomOptions): FormField;
  /**
   * Applies a submitted value.
   * @param fields all submitted fields, by name
   * @returns the changed options; a description of the accepted values if this value is refused
   */
  apply(options: RoomOptions, values: readonly string[], fields: Submitted["fields"]): RoomOptions | string;
}

/** All fields of options, in the order of the form. */
export function configFields(config: RoomsConfig): readonly ConfigField[] {
  return OPTION_NAMES.flatMap((option) => {
    const field = fieldOf(option, OPTION_ROWS[option], config);
    return option === "password" ? [withoutUnwanted(field), protectedField] : [field];
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
        ...(choices && {
          choices: choices.map(({ value, label: { en, zh } }) => ({ value, label: en, zh })),
        }),
      };
    },
    apply: (options, values) => {
      const value = row.parse(values, config);
      return value === undefined ? row.wanted(config) : { ...options, [option]: value };
    },
  };
}

/** The field that says whether a password is needed. */
const PROTECTED = "muc#roomconfig_passwordprotectedroom";

/** Makes the password's field remove the password if PROTECTED is "no", because clients submit both fields. */
function withoutUnwanted(field: ConfigField): ConfigField {
  return {
    ...field,
    apply: (options, values, fields) =>
      parseBoolean(fields.get(PROTECTED)?.[0]) === false
        ? { ...options, password: "" }
        : field.apply(options, values, fields),
  };
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
  apply: (options, [value]) => {
    const isWanted = parseBoolean(value);
    if (isWanted === false) return { ...options, password: "" };
    return isWanted === true && options.password !== "" ? options : "no, or yes together with a password";
  },
};
