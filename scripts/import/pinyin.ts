/** Spells Chinese names, so that people are found by typing them: 张三 is "zhangsan|zs". */

/** The spelling and its initials, lower case, with a bar in between; "" for a name without letters. */
export type Speller = (name: string) => string;

/** Loads the dictionary, which takes 50 ms and 28 MB: only where names are written, never in the service. */
export async function loadSpeller(): Promise<Speller> {
  const { pinyin } = await import("pinyin-pro");
  return (name) => {
    const syllables = pinyin(name, {
      toneType: "none",
      type: "array",
      nonZh: "consecutive",
      surname: "head",
      v: true,
    })
      .flatMap((part) => part.split(/[^\p{L}\p{N}]+/u))
      .map((part) => part.toLowerCase())
      .filter((part) => part !== "");
    if (syllables.length === 0) return "";
    return `${syllables.join("")}|${syllables.map((syllable) => syllable.charAt(0)).join("")}`;
  };
}
