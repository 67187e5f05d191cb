/** The kinds of room options, such as yes or no, text, number: their values, and their form fields (XEP-0004). */
import { z } from "zod";
import type { Translated } from "../../translated.js";
import { hasForbiddenCharacter } from "../../xml/serialise.js";

export interface Choice {
  readonly value: string;
  readonly label: Translated;
}

/** The configuration keys in the section `rooms` that limit the values of options. */
export type Bound = "max_history" | "max_occupants" | "archive_days";
export type Bounds = Readonly<Partial<Record<Bound, number | undefined>>>;

interface Row<T> {
  readonly field: string;
  /** Other names that clients use for the field. */
  readonly aliases?: readonly string[];
  readonly label: Translated;
  /** The number of the XEP that defines the option or what it configures; 45 if absent. The guide must list it. */
  readonly xep?: number;
  /** Another value than the default and `made`, or than one of the two if there is no third, for tests. */
  readonly sample: T;
  /** The default value; by default no, an empty text, all roles, or the highest number. */
  readonly default?: T;
  /** The default value for rooms that programs and administrators create, if it differs. */
  readonly made?: T;
  /** The configuration key in the section `rooms` that says which owners may enable the option; undefined for all. */
  readonly setBy?: "make_persistent" | "make_public";
  /** The fields of muc#roominfo that show the option's value (XEP-0045 §15.5.4). */
  readonly info?: readonly string[];
}

export interface RoomOption<T> extends Row<T> {
  readonly type: "boolean" | "text-single" | "text-private" | "list-single" | "list-multi";
  readonly schema: z.ZodType<T>;
  /** The highest value of a number, or the configuration key that sets it. */
  readonly most?: Bound | number;
  usual(bounds: Bounds): T;
  /** Says what an empty field means. */
  blank?(bounds: Bounds): Translated;
  /** Returns the form field's values for a value of the option. */
  format(value: T): readonly string[];
  /** Parses the form field's submitted values. @returns undefined if they are not accepted */
  parse(values: readonly string[], bounds: Bounds): T | undefined;
  /** Returns the choices that the form offers. @param value the current value, which is among them */
  choices?(value: T, bounds: Bounds): readonly Choice[] | undefined;
  wanted(bounds: Bounds): string;
}

/** Makes an option with the values yes and no. The sample is the opposite of the default. */
export function boolean(row: Omit<Row<boolean>, "sample">): RoomOption<boolean> {
  const { default: usual = false } = row;
  return {
    ...row,
    default: usual,
    sample: !usual,
    usual: () => usual,
    type: "boolean",
    schema: z.boolean(),
    format: (value) => [value ? "1" : "0"],
    parse: (values) => (values.length === 1 ? parseBoolean(values[0]) : undefined),
    wanted: () => "yes or no",
  };
}

/** Makes an option whose value is a text of at most `maxLength` UTF-16 units. */
export function textOption(
  row: Row<string> & {
    readonly maxLength: number;
    /** The format, and its name for error messages, such as "a language tag". */
    readonly shape?: { readonly pattern: RegExp; readonly name: string };
    readonly isSecret?: boolean;
  },
): RoomOption<string> {
  const { maxLength, shape, isSecret = false, ...rest } = row;
  const wanted = shape?.name ?? `text of at most ${maxLength} characters`;
  const schema = z
    .string()
    .max(maxLength)
    .regex(shape?.pattern ?? /^/, `must be ${wanted}`);
  return {
    ...rest,
    usual: () => "",
    type: isSecret ? "text-private" : "text-single",
    schema,
    format: (value) => [value],
    parse: (values) => {
      const value = values.join("\n");
      return schema.safeParse(value).success && !hasForbiddenCharacter(value) ? value : undefined;
    },
    wanted: () => wanted,
  };
}

export function choice<T extends string>(
  row: Row<T> & { readonly default: T; readonly choices: Readonly<Record<T, Translated>> },
): RoomOption<T> {
  const { choices: labels, ...rest } = row;
  const schema = z.enum(Object.keys(labels) as T[]);
  const choices = Object.entries<Translated>(labels).map(([value, label]) => ({ value, label }));
  return {
    ...rest,
    usual: () => rest.default,
    type: "list-single",
    schema,
    format: (value) => [value],
    parse: (values) => (values.length === 1 ? schema.safeParse(values[0]).data : undefined),
    choices: () => choices,
    wanted: () => `one of ${choices.map(({ value }) => value).join(", ")}`,
  };
}

export type OccupantRole = "moderator" | "participant" | "visitor";
const ROLES: readonly (Choice & { readonly value: OccupantRole })[] = [
  { value: "moderator", label: { en: "Moderators", zh: "主持人" } },
  { value: "participant", label: { en: "Participants", zh: "参与者" } },
  { value: "visitor", label: { en: "Visitors", zh: "旁听者" } },
];
const ALL_ROLES: readonly OccupantRole[] = ROLES.map(({ value }) => value);

export function roles(row: Row<readonly OccupantRole[]>): RoomOption<readonly OccupantRole[]> {
  const schema = z.array(z.enum(ALL_ROLES));
  return {
    ...row,
    default: ALL_ROLES,
    usual: () => ALL_ROLES,
    type: "list-multi",
    schema,
    format: (value) => value,
    parse: (values) => (new Set(values).size === values.length ? schema.safeParse(values).data : undefined),
    choices: () => ROLES,
    wanted: () => `roles, each at most once: ${ALL_ROLES.join(", ")}`,
  };
}

/** The highest value of a number if the configuration sets no limit. */
const HIGHEST = 36_500;

/**
 * Makes an option whose value is a whole number from `least` to the limit. If the form's field is empty, the value
 * becomes the default; 0, if it is lower than `least`, stands for the service's default and leaves the field empty. If
 * the field is "none", which clients offer for the occupant limit (XEP-0045 §10.2), the value becomes the limit, unless
 * the default is the service's.
 */
export function number(
  row: Row<number> & {
    readonly least: number;
    readonly most: Bound | number;
    /** The values that the form offers as a list; undefined: users type a number. */
    readonly suggestions?: readonly number[];
  },
): RoomOption<number> {
  const { least, suggestions, ...rest } = row;
  const { most: limit, default: fallback = Infinity } = row;
  const mostIn = (bounds: Bounds): number => (typeof limit === "number" ? limit : (bounds[limit] ?? HIGHEST));
  const usual = (bounds: Bounds): number => Math.min(fallback, mostIn(bounds));
  return {
    ...rest,
    usual,
    type: suggestions === undefined ? "text-single" : "list-single",
    schema: z.number().int().min(least),
    format: (value) => (value < least ? [] : [`${value}`]),
    parse: ([value = "", ...more], bounds) => {
      const most = mostIn(bounds);
      if (more.length > 0) return undefined;
      if (value === "" || value === "none")
        return value === "" || usual(bounds) < least ? usual(bounds) : most;
      const parsed = /^\d{1,9}$/.test(value) ? Number(value) : -1;
      return parsed >= least && parsed <= most ? parsed : undefined;
    },
    blank: (bounds) => {
      const value = usual(bounds);
      return value < least
        ? { en: "empty: the service's default", zh: "留空则按服务的设置" }
        : { en: `empty: ${value}`, zh: `留空：${value}` };
    },
    choices: (value, bounds) => {
      if (suggestions === undefined) return undefined;
      const most = mostIn(bounds);
      const offered = [...suggestions.filter((each) => each < most), most];
      const all = offered.includes(value) ? offered : [...offered, value];
      return all.map((each) => ({ value: `${each}`, label: { en: `${each}`, zh: `${each}` } }));
    },
    wanted: (bounds) => `a whole number from ${least} to ${mostIn(bounds)}`,
  };
}

/** Parses a boolean of a form (XEP-0004 §3.3); undefined if it is neither true nor false. */
export function parseBoolean(value: string | undefined): boolean | undefined {
  if (value === "1" || value === "true") return true;
  return value === "0" || value === "false" ? false : undefined;
}
