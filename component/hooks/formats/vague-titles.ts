/** Titles that name only the program: a lock screen shows the first line alone, so what happened must stand in it. */
import { lines } from "./styling.js";

const VAGUE =
  /^[^\p{L}]*(?:gatus|uptime[ -]kuma|netdata|healthchecks(?:\.io)?|grafana|prometheus|alertmanager|zabbix|home assistant|shoutrrr|apprise|alert|notification)(?: (?:alert|notification))?[^\p{L}]*$/iu;
/** A program's own name for what it posts: "WAZUH Alert". */
const ALERTS = /^[^\p{L}]*[\p{L}\p{N}._-]{1,30} (?:alert|notification)[^\p{L}]*$/iu;
/** The longest line of a text that can stand in a title, in characters. */
const LONGEST = 150;
const BOLD = /(?<![\p{L}\p{N}*])\*([^*\s](?:[^*\n]{0,200}[^*\s])?)\*(?![\p{L}\p{N}*])/gu;

/** Whether a title says only which program speaks. */
export function isVague(title: string): boolean {
  return VAGUE.test(title) || ALERTS.test(title);
}

/** The names that programs give the sentence itself. */
const NAMED = /^(?:message|description|text): (?=\S)/i;

const PLACE = /^(?:host|hostname|host name|instance|node|server)$/i;

/** Returns a title with where it happened, if only a field says that. */
export function withPlace(
  title: string,
  fields: readonly { readonly title: string; readonly value: string }[],
): string {
  const place = fields.find((field) => PLACE.test(field.title))?.value ?? "";
  const [name = ""] = place.split(" [");
  const isKnown = name === "" || title.includes(name);
  return title === "" || isKnown || place.length > 60 || place.includes("\n") ? title : `${title} (${name})`;
}

/** Whether a line says only which version of a program wrote it, and perhaps when. */
function isImprint(line: string): boolean {
  const [, name = ""] = /^(.{1,40}) v?\d+\.[\w.+-]{1,40}(?: \| [^|\n]{1,40})?$/.exec(line.trim()) ?? [];
  return name !== "" && isVague(name);
}

/** Returns a text of a card; "" if it says only which version of a program wrote it. */
export function withoutImprint(text: string): string {
  return isImprint(text) ? "" : text;
}

/** Returns a sentence without marks, signs in front, the program's name, and the name that it gives to sentences. */
export function bareSentence(line: string): string {
  const plain = line
    .replaceAll("*", "")
    .replace(/^[^\p{L}\p{N}[(#]+/u, "")
    .trim();
  const [, head = "", rest = ""] = /^([^:\n]{1,60}): (.+)$/su.exec(plain) ?? [];
  return head !== "" && isVague(head) ? rest : plain.replace(NAMED, "");
}

/** A title, "" if there is none, and the text below it. */
export interface Told {
  readonly title: string;
  readonly text: string;
}

/** Returns a title and a text; the text's first line stands in the title if that says nothing of what happened. */
export function withTold(title: string, text: string): Told {
  const [first = "", ...rest] = text.split("\n");
  if (!isVague(title) || !isSentence(first)) return { title, text };
  const told = first.replace(BOLD, "$1").replace(/:$/, "").replace(NAMED, "");
  return { title: `${title}: ${told}`, text: rest.join("\n").trim() };
}

/** Returns a text with the name of who or what it is about in front: in its first line, or above a line that is no sentence. */
export function withSpeaker(speaker: string, text: string): string {
  const [first = ""] = text.split("\n");
  return speaker !== "" && isSentence(first) ? `${speaker}: ${text}` : lines([speaker, text]);
}

/** Whether a line can stand behind a name: one that isn't too long, and no code, quote or item of a list. */
function isSentence(line: string): boolean {
  return line !== "" && line.length <= LONGEST && !/^(?:```|>|[-*] )/.test(line);
}
