/** The words and reactions with which people handle alerts. */
import { NS, type Element } from "../../xml/builder.js";
import { reactionsIn, bareSign, type Reactions } from "../reactions.js";
import { SIGNS } from "./texts.js";
import { cut } from "../../../storage/unicode.js";

export type Verb = "take" | "drop" | "silence" | "unsilence" | "resolve" | "open" | "duty" | "help";

/** The words by their meaning. All of them are understood in both languages, with "!" or "！" in front. */
const WORDS: Readonly<Record<Verb, readonly string[]>> = {
  take: ["take", "ack", "接手", "认领"],
  drop: ["drop", "unack", "放下", "取消接手"],
  silence: ["silence", "mute", "静默"],
  unsilence: ["unsilence", "unmute", "解除静默", "取消静默"],
  resolve: ["resolve", "close", "恢复", "已恢复"],
  open: ["open", "alerts", "告警"],
  duty: ["duty", "oncall", "值班"],
  help: ["help", "帮助"],
};
const VERBS: ReadonlyMap<string, Verb> = new Map(
  Object.entries(WORDS).flatMap(([verb, words]) => words.map((word) => [word, verb as Verb] as const)),
);

/** What a person says to a bot. */
export type Heard =
  | ({ readonly kind: "reactions" } & Reactions)
  /** A word. `to`: the id of the message that it answers (XEP-0461). */
  | { readonly kind: "word"; readonly verb: Verb; readonly rest: string; readonly to: string | undefined }
  | { readonly kind: "unknown"; readonly word: string; readonly to: string | undefined }
  /** A receipt for a message (XEP-0184). */
  | { readonly kind: "receipt"; readonly of: string };

/** How long a word, what follows it and an id may be, in characters. */
const MAX = { word: 20, rest: 100, id: 256 };

/** Returns what a message says to bots; undefined if it says nothing to them. */
export function readHeard(message: Element): Heard | undefined {
  const reactions = reactionsIn(message);
  if (reactions === "unnamed") return undefined;
  if (reactions !== undefined) return { kind: "reactions", ...reactions };
  const received = idIn(message.getChild("received", NS.receipts)?.attrs.id);
  if (received !== undefined) return { kind: "receipt", of: received };
  const body = message.getChildText("body");
  return body === null
    ? undefined
    : wordIn(ownText(message, body), idIn(message.getChild("reply", NS.reply)?.attrs.id));
}

/** Whether a person's reactions have a sign. @param wanted signs that mean the same */
export function hasSign(signs: readonly string[], wanted: readonly string[]): boolean {
  return wanted.some((each) => signs.includes(bareSign(each)));
}

function wordIn(text: string, to: string | undefined): Heard | undefined {
  const [, mark = "", word = "", rest = ""] = /^([!！]?)(\S{1,40})(.{0,200})/u.exec(text.trim()) ?? [];
  // Without a mark, only a whole Chinese word is understood: English ones are ordinary answers.
  const isPlain = mark === "" && /^\p{sc=Han}+$/u.test(word) && !text.trim().includes("\n");
  if (mark === "" && !isPlain) return undefined;
  const verb = VERBS.get(word.toLowerCase());
  const isAlone = rest.trim() === "" || verb === "silence";
  if (verb !== undefined && (mark !== "" || (isAlone && to !== undefined)))
    return { kind: "word", verb, rest: cut(rest.trim(), MAX.rest), to };
  const isWord = mark !== "" && /^[\p{L}]{2,20}$/u.test(word);
  return isWord ? { kind: "unknown", word: cut(`${mark}${word}`, MAX.word), to } : undefined;
}

/** Returns a message's text without what it quotes (XEP-0461 §3, XEP-0428). */
function ownText(message: Element, body: string): string {
  const fallback = message
    .getChildren("fallback", NS.fallback)
    .find((each) => each.attrs.for === NS.reply)
    ?.getChild("body");
  const [start, end] = [Number(fallback?.attrs.start), Number(fallback?.attrs.end)];
  const letters = body.slice(0, 4096);
  // XEP-0426 counts code points.
  if (end > start && start >= 0) {
    const points = Array.from(letters);
    return [...points.slice(0, start), ...points.slice(end)].join("");
  }
  // Other clients only quote.
  return letters.replace(/^(?:>[^\n]*\n)+\s*/, "");
}

function idIn(id: string | undefined): string | undefined {
  return id === undefined || id === "" || id.length > MAX.id ? undefined : id;
}

/** The units of durations by the words for them, in milliseconds. */
const UNITS: ReadonlyMap<string, number> = new Map(
  (
    [
      [1000, "s sec secs second seconds 秒"],
      [60_000, "m min mins minute minutes 分 分钟"],
      [3600_000, "h hr hrs hour hours 小时 个小时"],
      [86_400_000, "d day days 天 日"],
      [7 * 86_400_000, "w week weeks 周 星期"],
    ] as const
  ).flatMap(([ms, words]) => words.split(" ").map((word) => [word, ms] as const)),
);

/** Parses a duration such as "90m", "1h30m" or "2 小时", in milliseconds; undefined if it is none. */
export function durationIn(text: string): number | undefined {
  const parts = [
    ...text
      .trim()
      .toLowerCase()
      .matchAll(/(\d{1,6}(?:\.\d{1,3})?)\s*(\p{L}+)\s*/gu),
  ];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text.trim().toLowerCase())
    return undefined;
  let sum = 0;
  for (const [, count = "", unit = ""] of parts) {
    const ms = UNITS.get(unit);
    if (ms === undefined) return undefined;
    sum += Number(count) * ms;
  }
  return sum > 0 ? sum : undefined;
}

/** The default silence, in milliseconds. */
export const USUAL_SILENCE_MS = 2 * 3600_000;
export const SILENCE_SIGNS: readonly string[] = [SIGNS.silenced];
