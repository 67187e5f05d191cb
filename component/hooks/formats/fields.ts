/** Reads what other programs' JSON holds: nothing in it is as it should be until it was looked at. */

export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = {};
/** What is read of a list and of labels: a post may hold 100,000 of them. */
const MOST_ITEMS = 50;
const MOST_LABELS = 20;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object; an empty one where it is none. */
export function fieldsIn(value: unknown): Fields {
  return isFields(value) ? value : NONE;
}

/** The object at this place. */
export function fieldsAt(value: unknown, ...path: readonly string[]): Fields {
  return fieldsIn(at(value, path));
}

/** Text, or a number as text; "" where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, path);
  if (typeof found === "string") return found.trim();
  return typeof found === "number" ? String(found) : "";
}

/** The first elements of the list at this place; none if there is no list. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  return wholeListAt(value, ...path).slice(0, MOST_ITEMS);
}

/** The whole list, of any length: to be counted, or taken a part of. */
export function wholeListAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

export interface Label {
  readonly name: string;
  readonly value: string;
}

export interface Labels {
  /** By name. */
  readonly labels: readonly Label[];
  /** How many more there are. */
  readonly moreLabels: number;
}

/** An object's first fields, as text. @param isTold which of them count */
export function labelsIn(fields: Fields, isTold: (name: string) => boolean = () => true): Labels {
  const names = Object.keys(fields).filter(isTold);
  const labels = names
    .slice(0, MOST_LABELS)
    .sort()
    .map((name) => ({ name, value: textAt(fields, name) }));
  return { labels, moreLabels: names.length - labels.length };
}

/** An address of the web; "" for everything else. */
export function urlAt(value: unknown, ...path: readonly string[]): string {
  const text = textAt(value, ...path);
  return /^https?:\/\/\S+$/i.test(text) ? text : "";
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) found = Object.hasOwn(fieldsIn(found), name) ? fieldsIn(found)[name] : undefined;
  return found;
}
