/** Writes the lists of keys on the guide's page configuration.md from the schemas. */
import { configKeys, type ConfigKey } from "../config/keys.js";

/** A comment such as `<!-- reference: log.* http.listen -->` and the list below it. */
const PLACE = /(<!-- reference: ([^\n]+) -->\n)[^]*?(?=## |$)/g;

/**
 * Returns a page with new lists of keys. The comment above each list names the list's keys. If several names match a
 * key, the key is listed under the longest name.
 * @throws Error if no name matches a key
 */
export function withReference(page: string): string {
  const names = [...page.matchAll(PLACE)].flatMap(([, , list = ""]) => list.split(" "));
  const named = new Map<string, ConfigKey[]>(names.map((name) => [name, []]));
  for (const key of configKeys()) {
    const [longest] = names.filter((name) => matches(name, key)).sort((a, b) => b.length - a.length);
    if (longest === undefined) throw new Error(`configuration.md has no list for ${key.path}`);
    named.get(longest)?.push(key);
  }
  const written = page.replace(PLACE, (_, start: string, list: string) => {
    const keys = list.split(" ").flatMap((name) => named.get(name) ?? []);
    return `${start}\n${referenceList(keys)}\n\n`;
  });
  return `${written.trimEnd()}\n`;
}

/** Returns whether a name matches a key; `*` in the name stands for any characters. */
function matches(name: string, { path }: ConfigKey): boolean {
  const [start = "", end] = name.split("*");
  return end === undefined ? path === name : path.startsWith(start) && path.endsWith(end);
}

/** Returns a list of keys in Markdown; keys with the same description share an entry. */
function referenceList(keys: readonly ConfigKey[]): string {
  const meanings = new Map<string, Map<string, string[]>>();
  for (const key of keys) {
    const byDefault = meanings.get(meaningOf(key)) ?? new Map<string, string[]>();
    meanings.set(meaningOf(key), byDefault);
    byDefault.set(defaultOf(key), [...(byDefault.get(defaultOf(key)) ?? []), `\`${key.path}\``]);
  }
  const entries = [...meanings].map(([meaning, byDefault]) => {
    const paths = [...byDefault].map(([value, of]) => of.join(", ") + value);
    return `- ${paths.join(", ")}: ${meaning}`;
  });
  return entries.join("\n");
}

function defaultOf({ default: value }: ConfigKey): string {
  if (value === undefined) return "";
  return ` (\`${typeof value === "string" ? value : JSON.stringify(value)}\`)`;
}

/** Returns a key's description, followed by the allowed values unless the description names all of them. */
function meaningOf({ description, choices = [] }: ConfigKey): string {
  const isNamed = choices.every((choice) => new RegExp(`\\b${choice}\\b`).test(description));
  return isNamed ? description : `${description}; one of ${choices.join(", ")}`;
}
