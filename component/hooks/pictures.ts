/** The pictures of bots that have none of their own: drawings for the formats of hooks, in the folder pictures/. */
import { existsSync, readFileSync } from "node:fs";
import type { BotPicture } from "../../storage/bots-store.js";
import { FORMAT_NAMES } from "./formats/formats.js";

/** Returns the picture for a hook's format, or else for the format that the hook is named after; undefined if there is none. */
export function defaultPicture(format: string, hook: string): BotPicture | undefined {
  const name = [format, hook].find((each) => FORMAT_NAMES.includes(each));
  // From the compiled file, the folder is three up.
  const file = new URL(`../../../component/hooks/pictures/${name ?? ""}.png`, import.meta.url);
  return existsSync(file) ? { bytes: readFileSync(file), type: "image/png" } : undefined;
}
