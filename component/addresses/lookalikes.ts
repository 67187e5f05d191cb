/**
 * Finds names that look the same (UTS #39, "confusables"), in different scripts, such as Cyrillic and Latin, or in one:
 * I, l and 1, O and 0, with or without spaces. Only common pairs are listed, because Unicode's table is a hundred times as
 * long. Variants of the same character (full width, radicals) become equal by NFKC.
 */
import { normalized } from "../../storage/unicode.js";
import { MAX_PART_BYTES } from "./address.js";
import { nickKeyOf } from "./nick.js";

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

/** Returns a key that is the same for names that look the same; for many names, it equals nickKeyOf(). */
export function looksOf(text: string): string {
  const latin = normalized(text, "NFKC", MAX_PART_BYTES).replace(
    ANY,
    (letter) => LOOKS.get(letter) ?? letter,
  );
  return nickKeyOf(latin.replace(/[I1|]/g, "l").replaceAll("0", "O").replaceAll(" ", ""));
}

/** The accounts whose names can be confused with other names. */
export class Lookalikes {
  /** The accounts by look, and by the name's key: an account may have several names of one look. */
  readonly #holders = new Map<string, Map<string, string>>();

  /** Remembers the account that has this name, if the name can be confused with another one. */
  add(name: string, account: string): void {
    const [looks, key] = [looksOf(name), nickKeyOf(name)];
    if (looks === key) return;
    const holders = this.#holders.get(looks) ?? new Map<string, string>();
    this.#holders.set(looks, holders.set(key, account));
  }

  delete(name: string): void {
    if (this.#holders.size === 0) return;
    const looks = looksOf(name);
    const holders = this.#holders.get(looks);
    holders?.delete(nickKeyOf(name));
    if (holders?.size === 0) this.#holders.delete(looks);
  }

  /** Returns the accounts with other names that look like this. @param looks the result of looksOf() */
  holders(looks: string): readonly string[] {
    return [...(this.#holders.get(looks)?.values() ?? [])];
  }
}
