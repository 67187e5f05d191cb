/** Reads what other programs' JSON holds: nothing in it is as it should be until it was looked at. */

export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = {};

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

/** The list at this place; an empty one where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
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
