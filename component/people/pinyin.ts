/** Derives the pinyin (Latin spelling) of Chinese names, for searches. The pinyin of 张三 is "zhangsan|zs". */

/** Returns spelling and initials in lower case, separated by "|"; "" for a name without letters. */
export type Speller = (name: string) => string;

/** Loads the pinyin dictionary. Only commands load it, because it takes 50 ms and 28 MB. */
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
