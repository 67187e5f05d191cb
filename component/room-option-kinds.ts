/** The kinds of options that a room has: their values, and how a form shows and takes them (XEP-0004). */
import { z } from "zod";
import { hasForbiddenCharacter } from "./xml/serialise.js";

export interface Label {
  readonly en: string;
  readonly zh: string;
}

export interface Choice {
  readonly value: string;
  readonly label: Label;
}

/** The keys of the section `rooms` of the configuration that bound options. */
export type Bound = "max_history" | "max_occupants" | "archive_days";
export type Bounds = Readonly<Partial<Record<Bound, number | undefined>>>;

/** What a row of the table gives. */
interface Row<T> {
  /** The field's name in the form. */
  readonly field: string;
  /** Other names of the field, used by some clients. */
  readonly aliases?: readonly string[];
  readonly label: Label;
  /** The default, or the key of the section `rooms` that has it. */
  readonly default: { readonly value: T } | { readonly key: "history" | "max_occupants" | "archive" };
  /** The default for rooms that programs and administrators make, if it differs. */
  readonly made?: T;
  /** The option's key in rooms.entered and rooms.made; absent: only owners set it. */
  readonly key?: string;
  /** The key of the section `rooms` that says which owners may switch it on; absent: all. */
  readonly setBy?: "make_persistent" | "make_public";
  /** The fields of the form muc#roominfo that show it (XEP-0045 §15.5.4). */
  readonly info?: readonly string[];
}

/** An option of values T. */
export interface RoomOption<T> extends Row<T> {
  /** The type of its field. */
  readonly type: "boolean" | "text-single" | "text-private" | "list-single" | "list-multi";
  readonly schema: z.ZodType<T>;
  /** The key that bounds its values, if there is one. */
  readonly most?: Bound;
  /** The value as a form shows it. */
  format(value: T): readonly string[];
  /** The value that was submitted; undefined for what is no such value. */
  parse(values: readonly string[], bounds: Bounds): T | undefined;
  /** What the form offers to choose from. */
  choices?(value: T, bounds: Bounds): readonly Choice[] | undefined;
  /** What a value must be, such as "yes or no". */
  wanted(bounds: Bounds): string;
}

export function boolean(row: Row<boolean>): RoomOption<boolean> {
  return {
    ...row,
    type: "boolean",
    schema: z.boolean(),
    format: (value) => [value ? "1" : "0"],
    parse: (values) => (values.length === 1 ? parseBoolean(values[0]) : undefined),
    wanted: () => "yes or no",
  };
}

/** What a text must look like. */
interface Shape {
  readonly pattern: RegExp;
  readonly name: string;
}

export function text(
  row: Row<string> & { readonly maxLength: number; readonly shape?: Shape; readonly isSecret?: boolean },
): RoomOption<string> {
  const { maxLength, shape, isSecret = false, ...rest } = row;
  const wanted = shape?.name ?? `text of at most ${maxLength} characters`;
  const schema = z
    .string()
    .max(maxLength)
    .regex(shape?.pattern ?? /^/, `must be ${wanted}`);
  return {
    ...rest,
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
  row: Row<T> & { readonly choices: Readonly<Record<T, Label>> },
): RoomOption<T> {
  const { choices: labels, ...rest } = row;
  const schema = z.enum(Object.keys(labels) as T[]);
  const choices = Object.entries<Label>(labels).map(([value, label]) => ({ value, label }));
  return {
    ...rest,
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
export const ALL_ROLES: readonly OccupantRole[] = ROLES.map(({ value }) => value);

export function roles(row: Row<readonly OccupantRole[]>): RoomOption<readonly OccupantRole[]> {
  const schema = z.array(z.enum(ALL_ROLES));
  return {
    ...row,
    type: "list-multi",
    schema,
    format: (value) => value,
    parse: (values) => (new Set(values).size === values.length ? schema.safeParse(values).data : undefined),
    choices: () => ROLES,
    wanted: () => `roles, each at most once: ${ALL_ROLES.join(", ")}`,
  };
}

/** Where the configuration names no upper bound. */
const MOST = 36_500;

/**
 * A whole number from `least` to the bound of the configuration. An empty field, or "none", stands for the bound, or
 * for 0, no value of its own, if `empty` is given.
 */
export function number(
  row: Row<number> & {
    readonly least: number;
    readonly most: Bound;
    readonly empty?: 0;
    /** Values that the form offers; absent: any is typed. */
    readonly suggestions?: readonly number[];
  },
): RoomOption<number> {
  const { least, empty, suggestions, ...rest } = row;
  const mostIn = (bounds: Bounds): number => bounds[row.most] ?? MOST;
  return {
    ...rest,
    type: suggestions === undefined ? "text-single" : "list-single",
    schema: z.number().int().min(least),
    format: (value) => (value === empty ? [] : [`${value}`]),
    parse: ([value = "", ...more], bounds) => {
      const most = mostIn(bounds);
      if (more.length > 0) return undefined;
      if (value === "" || value === "none") return empty ?? most;
      const parsed = /^\d{1,9}$/.test(value) ? Number(value) : -1;
      return parsed >= least && parsed <= most ? parsed : undefined;
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

/** XEP-0004 §3.3: what is true, what is false. */
export function parseBoolean(value: string | undefined): boolean | undefined {
  if (value === "1" || value === "true") return true;
  return value === "0" || value === "false" ? false : undefined;
}
