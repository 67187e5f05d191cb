/** Reads fields of untrusted JSON by paths such as "issue.title"; values of the wrong type count as missing. */
import { ownProperty } from "../../own-property.js";

export type Fields = Readonly<Record<string, unknown>>;

/** How many items of a list, and how many labels of an object, are read. A post may contain 100,000. */
const READ = { items: 50, labels: 20 };

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the object at a path, or the value itself if it is one; an empty object if there is none. */
export function fieldsOf(value: unknown, path?: string): Fields {
  const found = path === undefined ? value : at(value, path);
  return isFields(found) ? found : {};
}

/** Returns the first text at one of the paths that isn't empty, or a number as text; "" if there is none. */
export function textOf(value: unknown, ...paths: readonly string[]): string {
  for (const path of paths) {
    const text = asText(at(value, path));
    if (text !== "") return text;
  }
  return "";
}

/** Returns the first http or https URL at one of the paths; "" if there is none. */
export function urlOf(value: unknown, ...paths: readonly string[]): string {
  const urls = paths.map((path) => textOf(value, path));
  return urls.find((text) => /^https?:\/\/\S+$/i.test(text)) ?? "";
}

/** Returns the first elements of the list at a path; [] if there is no list. */
export function listOf(value: unknown, path: string): readonly unknown[] {
  return wholeListOf(value, path).slice(0, READ.items);
}

/** Returns the whole list at a path, for counting or slicing; [] if there is no list. */
export function wholeListOf(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

export interface Label {
  readonly name: string;
  readonly value: string;
}

/** Returns the first fields of an object as labels, sorted by name. */
export function labelsIn(fields: Fields, isShown: (label: Label) => boolean = () => true): Label[] {
  return Object.entries(fields)
    .map(([name, value]) => ({ name, value: asText(value) }))
    .filter(isShown)
    .slice(0, READ.labels)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function asText(value: unknown): string {
  return typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
}

function at(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split(".")) found = isFields(found) ? ownProperty(found, name) : undefined;
  return found;
}
