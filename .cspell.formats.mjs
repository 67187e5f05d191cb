/** The names of the programs whose posts hooks know, as words for the spelling check. */
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("http/docs/formats/", import.meta.url);
const texts = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));

export default { words: texts.flatMap((text) => /title: (.+)/.exec(text)?.[1]?.match(/\w+/g) ?? []) };
