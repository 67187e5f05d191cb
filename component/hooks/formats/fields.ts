/** Reads fields of untrusted JSON; values of the wrong type are treated as missing. */
import { ownProperty } from "../../own-property.js";

export type Fields = Readonly<Record<string, unknown>>;

/** How many items of a list are read at most; a post may contain 100,000. */
const MOST_ITEMS = 50;
/** How many labels of an object are read at most. */
const MOST_LABELS = 20;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the object at a path; an empty object if there is none. */
export function fieldsAt(value: unknown, ...path: readonly string[]): Fields {
  const found = at(value, path);
  return isFields(found) ? found : {};
}

/** Returns the text at a path, or a number as text; "" if there is neither. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, path);
  if (typeof found === "string") return found.trim();
  return typeof found === "number" ? String(found) : "";
}

/** Returns the first elements of the list at a path; [] if there is no list. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  return wholeListAt(value, ...path).slice(0, MOST_ITEMS);
}

/** Returns the whole list at a path, for counting or slicing; [] if there is no list. */
export function wholeListAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

export interface Label {
  readonly name: string;
  readonly value: string;
}

export interface Labels {
  /** The labels, sorted by name. */
  readonly labels: readonly Label[];
  /** How many labels were left out. */
  readonly moreLabels: number;
}

/** Returns the first fields of an object as labels. */
export function labelsIn(fields: Fields, isShown: (name: string) => boolean = () => true): Labels {
  const names = Object.keys(fields).filter(isShown);
  const labels = names
    .slice(0, MOST_LABELS)
    .sort()
    .map((name) => ({ name, value: textAt(fields, name) }));
  return { labels, moreLabels: names.length - labels.length };
}

/** Returns the http or https URL at a path; "" if there is none. */
export function urlAt(value: unknown, ...path: readonly string[]): string {
  const text = textAt(value, ...path);
  return /^https?:\/\/\S+$/i.test(text) ? text : "";
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) found = isFields(found) ? ownProperty(found, name) : undefined;
  return found;
}
