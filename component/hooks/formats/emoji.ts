/** Emoji by the short names that programs write: `:rocket:` in Slack's and Discord's texts, `rocket` as ntfy's tag. */
import { nameToEmoji } from "gemoji";
import { ownProperty } from "../../own-property.js";

/** Short names of Slack, Discord or ntfy for which GitHub's table has another name. */
const OTHERS: Readonly<Record<string, string>> = {
  large_green_circle: "🟢",
  large_red_circle: "🔴",
  large_yellow_circle: "🟡",
  large_orange_circle: "🟠",
  thumbs_up: "👍",
  thumbs_down: "👎",
  simple_smile: "🙂",
  slightly_smiling: "🙂",
  face_with_thermometer: "🤒",
  helmet_with_white_cross: "⛑️",
};
/** A short name between colons, perhaps with a skin tone behind it, which is left out. */
const SHORT_NAME = /:([a-z0-9_+-]{1,40}):(?::skin-tone-[2-6]:)?/g;

/** Returns the emoji with a short name, such as "rocket"; undefined if there is none. */
export function emojiOf(name: string): string | undefined {
  return ownProperty(nameToEmoji, name) ?? ownProperty(OTHERS, name);
}

/** Replaces the short names in a text; what is no emoji's name stays. */
export function withEmoji(text: string): string {
  return text.replace(SHORT_NAME, (whole, name: string) => emojiOf(name) ?? whole);
}
