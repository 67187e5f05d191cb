/**
 * Names that look like others although they are written in another script (UTS #39, "confusables"): Cyrillic and Greek
 * letters that are Latin ones to the eye, kana that are Chinese characters. The few that matter are listed here, since
 * the whole table of Unicode is a hundred times as long and finds namesakes in l and 1, too; whatever is another form
 * of the same character (full width, radicals) NFKC makes equal anyway.
 */
import { keyOf } from "./nick.js";

const PAIRS = [
  // Cyrillic
  "АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ԌG ԚQ ԜW Ғf ҮY ӀI",
  "аa еe оo рp сc уy хx ѕs іi јj һh ԁd ԛq ԝw ӏl ӕæ",
  // Greek
  "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX",
  "αa οo νv ρp υu ιi κk ϲc ϳj",
  // Armenian, Latin letters of other languages, and signs
  "օo սu ոn հh ցg ɡg ɑa ıi ɩi ʏy ⅼl ǀl ∣l",
  // Kana, bopomofo and marks
  "ロ口 ニ二 ハ八 カ力 エ工 ト卜 タ夕 ヘへ リり ー一 ㄧ一 ㄚ丫 ㄒ丁 囗口",
];

const LOOKS: ReadonlyMap<string, string> = new Map(
  PAIRS.join(" ")
    .split(" ")
    .map((pair) => [pair.slice(0, 1), pair.slice(1)]),
);
const ANY = new RegExp(`[${[...LOOKS.keys()].join("")}]`, "gu");

/** Names that look like nothing else. */
const PLAIN = /^[ -~]*$/;

/** The same for names that look the same; for most names, their own key. */
export function looksOf(text: string): string {
  return keyOf(text.normalize("NFKC").replace(ANY, (letter) => LOOKS.get(letter) ?? letter));
}

/** Whose names look like others than they are; most don't, and take no place here. */
export class Lookalikes {
  readonly #holders = new Map<string, string>();

  /** Takes note that a name is an account's. */
  add(name: string, account: string): void {
    if (PLAIN.test(name)) return;
    const looks = looksOf(name);
    if (looks !== keyOf(name)) this.#holders.set(looks, account);
  }

  delete(name: string): void {
    if (this.#holders.size > 0) this.#holders.delete(looksOf(name));
  }

  /** Whose name looks like this. */
  holder(looks: string): string | undefined {
    return this.#holders.size === 0 ? undefined : this.#holders.get(looks);
  }
}
