/** Writes the lists of keys on the guide's pages configuration.md, in English from the schemas, in Chinese from a table. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { OPTION_NAMES, OPTION_ROWS } from "../../component/muc/options/room-options.js";
import type { Language } from "../../component/translated.js";
import { configKeys, type ConfigKey } from "../config/keys.js";
import { documentAt } from "./parts.js";

const WORDS = {
  en: { open: " (", close: ")", comma: ", ", colon: ": ", choices: "; one of " },
  zh: { open: "（", close: "）", comma: "、", colon: "：", choices: "；可取 " },
} as const;

/** A comment such as `<!-- reference: log.* http.listen -->` and the list below it. */
const PLACE = /(<!-- reference: ([^\n]+) -->\n)[^]*?(?=## |$)/g;

/** Returns the descriptions of keys in Chinese, by path. */
export function chineseDescriptions(): ReadonlyMap<string, string> {
  const text = readFileSync(documentAt("scripts/docs/configuration.zh.yml"), "utf8");
  const options = OPTION_NAMES.flatMap((option) => {
    const { key, label } = OPTION_ROWS[option];
    const kinds = key === undefined ? [] : ["entered", "made"];
    return kinds.map((kind): [string, string] => [`rooms.${kind}.${key}`, label.zh]);
  });
  return new Map([...options, ...Object.entries(parse(text) as Record<string, string>)]);
}

/**
 * Returns a page with new lists of keys. The comment above each list names the list's keys. If several names match a
 * key, the key is listed under the longest name.
 * @throws Error if no name matches a key
 */
export function withReference(page: string, language: Language = "en"): string {
  const names = [...page.matchAll(PLACE)].flatMap(([, , list = ""]) => list.split(" "));
  const named = new Map<string, ConfigKey[]>(names.map((name) => [name, []]));
  for (const key of configKeys()) {
    const [longest] = names.filter((name) => matches(name, key)).sort((a, b) => b.length - a.length);
    if (longest === undefined) throw new Error(`configuration.md has no list for ${key.path}`);
    named.get(longest)?.push(key);
  }
  const written = page.replace(PLACE, (_, start: string, list: string) => {
    const keys = list.split(" ").flatMap((name) => named.get(name) ?? []);
    return `${start}\n${referenceList(keys, language)}\n\n`;
  });
  return `${written.trimEnd()}\n`;
}

/** Returns whether a name matches a key; `*` in the name stands for any characters. */
function matches(name: string, { path }: ConfigKey): boolean {
  const [start = "", end] = name.split("*");
  return end === undefined ? path === name : path.startsWith(start) && path.endsWith(end);
}

/** Returns a list of keys in Markdown; keys with the same description share an entry. */
function referenceList(keys: readonly ConfigKey[], language: Language): string {
  const { comma, colon } = WORDS[language];
  const describe = describer(language);
  const meanings = new Map<string, Map<string, string[]>>();
  for (const key of keys) {
    const meaning = describe(key);
    const byDefault = meanings.get(meaning) ?? new Map<string, string[]>();
    meanings.set(meaning, byDefault);
    const value = defaultOf(key, language);
    byDefault.set(value, [...(byDefault.get(value) ?? []), `\`${key.path}\``]);
  }
  const entries = [...meanings].map(([meaning, byDefault]) => {
    const paths = [...byDefault].map(([value, of]) => of.join(comma) + value);
    return `- ${paths.join(comma)}${colon}${meaning}`;
  });
  return entries.join("\n");
}

function defaultOf({ default: value }: ConfigKey, language: Language): string {
  if (value === undefined) return "";
  const { open, close } = WORDS[language];
  return `${open}\`${typeof value === "string" ? value : JSON.stringify(value)}\`${close}`;
}

/** Returns a function that describes keys, with the allowed values unless the description names all of them. */
function describer(language: Language): (key: ConfigKey) => string {
  const { choices: oneOf, comma } = WORDS[language];
  const chinese = language === "zh" ? chineseDescriptions() : undefined;
  return ({ path, description, choices = [] }) => {
    // A new key needs no Chinese description at once.
    const meaning = chinese?.get(path) ?? description;
    const isNamed = choices.every((choice) => new RegExp(`\\b${choice}\\b`).test(meaning));
    return isNamed ? meaning : `${meaning}${oneOf}${choices.join(comma)}`;
  };
}
