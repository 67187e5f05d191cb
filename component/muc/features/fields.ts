/** Fields of the configuration form, of the few kinds there are. Each feature declares its own. */
import { hasForbiddenCharacter } from "../../xml/serialise.js";
import { isRole, type Role } from "../room/affiliation.js";
import type { Options } from "../room/options.js";
import { readBoolean, type FieldType, type FormField, type Submitted } from "../wire/data-form.js";

export interface ConfigField {
  readonly name: string;
  /** Other names under which clients send it. */
  readonly aliases: readonly string[];
  /** Which owners may set it, where not all may: of the hosts served, or none (api: programs and administrators). */
  readonly setBy?: "local" | "api" | "anyone";
  /** As the form shows it. */
  show(options: Options): FormField;
  /**
   * The options as these values would make them; undefined for values that can't be.
   * @param submitted all values of the form, by field name
   */
  apply(options: Options, values: readonly string[], submitted: Submitted["fields"]): Options | undefined;
}

type KeysOf<T> = { [K in keyof Options]: Options[K] extends T ? K : never }[keyof Options];

export function booleanField(
  key: KeysOf<boolean>,
  name: string,
  label: string,
  aliases: readonly string[] = [],
): ConfigField {
  return {
    name,
    aliases,
    show: (options) => ({ name, label, type: "boolean", values: [options[key] ? "1" : "0"] }),
    apply: (options, values) => {
      const value = readBoolean(values[0]);
      return value === undefined || values.length !== 1 ? undefined : { ...options, [key]: value };
    },
  };
}

/** A text, of so many characters at most. */
export interface TextField {
  readonly name: string;
  readonly label: string;
  readonly maxLength: number;
  readonly type?: FieldType;
  /** Further refuses values, besides those that are too long. */
  isValid?(value: string): boolean;
}

export function textField(key: KeysOf<string>, field: TextField): ConfigField {
  const { name, label, maxLength, type = "text-single" } = field;
  return {
    name,
    aliases: [],
    show: (options) => ({ name, label, type, values: [options[key]] }),
    apply: (options, values) => {
      const value = values.join("\n");
      const fits = value.length <= maxLength && !hasForbiddenCharacter(value);
      return fits && field.isValid?.(value) !== false ? { ...options, [key]: value } : undefined;
    },
  };
}

export function choiceField<K extends "whois" | "allowPm">(
  key: K,
  name: string,
  label: string,
  choices: Readonly<Record<Options[K], string>>,
): ConfigField {
  const list = Object.entries<string>(choices).map(([value, text]) => ({ value, label: text }));
  return {
    name,
    aliases: [],
    show: (options) => ({ name, label, type: "list-single", values: [options[key]], choices: list }),
    apply: (options, values) => {
      const [value = ""] = values;
      return values.length === 1 && Object.hasOwn(choices, value) ? { ...options, [key]: value } : undefined;
    },
  };
}

const ROLES = [
  { value: "moderator", label: "Moderators" },
  { value: "participant", label: "Participants" },
  { value: "visitor", label: "Visitors" },
];

/** Any of the roles that occupants have. */
export function rolesField(key: KeysOf<readonly Role[]>, name: string, label: string): ConfigField {
  return {
    name,
    aliases: [],
    show: (options) => ({ name, label, type: "list-multi", values: options[key], choices: ROLES }),
    apply: (options, values) => {
      const roles = [...new Set(values)].filter(isRole).filter((role) => role !== "none");
      return roles.length === values.length ? { ...options, [key]: roles } : undefined;
    },
  };
}

/** A number within bounds. */
export interface NumberField {
  readonly name: string;
  readonly label: string;
  readonly least: number;
  /** The highest number, which "none" and "" stand for, too. */
  readonly most: number;
  /** Where there are any, the form shows a list. */
  readonly suggestions?: readonly number[];
}

export function numberField(key: KeysOf<number>, field: NumberField): ConfigField {
  const { name, label, least, most, suggestions = [] } = field;
  const choices = [...suggestions.filter((n) => n < most), most].map((n) => ({
    value: `${n}`,
    label: `${n}`,
  }));
  return {
    name,
    aliases: [],
    show: (options) => {
      const shown = `${options[key]}`;
      if (suggestions.length === 0) return { name, label, type: "text-single", values: [shown] };
      const known = choices.some(({ value }) => value === shown);
      const all = known ? choices : [...choices, { value: shown, label: shown }];
      return { name, label, type: "list-single", values: [shown], choices: all };
    },
    apply: (options, values) => {
      const [text = ""] = values;
      const value = text === "" || text === "none" ? most : Number(text);
      const isValid = values.length <= 1 && Number.isInteger(value) && value >= least && value <= most;
      return isValid ? { ...options, [key]: value } : undefined;
    },
  };
}
