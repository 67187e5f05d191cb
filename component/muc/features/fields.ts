/** Fields of the configuration form, of the few kinds there are. Each feature declares its own. */
import { hasForbiddenCharacter } from "../../xml/serialise.js";
import { readBoolean, type FieldType, type FormField } from "../wire/data-form.js";
import type { Options } from "../room/options.js";

export interface ConfigField {
  readonly name: string;
  /** Other names under which clients send it. */
  readonly aliases: readonly string[];
  /** As the form shows it. */
  show(options: Options): FormField;
  /** The options as these values would make them; undefined for values that can't be. */
  apply(options: Options, values: readonly string[]): Options | undefined;
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

/** @param isValid further refuses values, besides those that are too long */
export function textField(
  key: KeysOf<string>,
  name: string,
  label: string,
  maxLength: number,
  type: FieldType = "text-single",
  isValid: (value: string) => boolean = () => true,
): ConfigField {
  return {
    name,
    aliases: [],
    show: (options) => ({ name, label, type, values: [options[key]] }),
    apply: (options, values) => {
      const value = values.join("\n");
      const fits = value.length <= maxLength && !hasForbiddenCharacter(value) && isValid(value);
      return fits ? { ...options, [key]: value } : undefined;
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

/** @param most the highest number, which "none" and "" stand for, too */
export function numberField(
  key: KeysOf<number>,
  name: string,
  label: string,
  least: number,
  most: number,
  suggestions: readonly number[] = [],
): ConfigField {
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
