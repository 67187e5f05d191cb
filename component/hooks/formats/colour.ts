/** What programs mean by a colour: red fails, orange and yellow warn, green is well. Others are decoration. */

import { RESOLVED, severitySign } from "./alert.js";

export type Meaning = "critical" | "warning" | "good" | "";

/** Returns what a colour means. @param colour its red, green and blue, such as 0xff0000 */
export function meaningOf(colour: number): Meaning {
  if (!Number.isInteger(colour) || colour <= 0 || colour > 0xffffff) return "";
  const [red, green, blue] = [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
  if (blue > Math.max(red, green) * 0.7) return "";
  if (red > 120 && green < red * 0.45) return "critical";
  if (red > 150 && green >= red * 0.45) return "warning";
  return green > 100 && red < green * 0.8 ? "good" : "";
}

/** The colours that Slack's and Rocket.Chat's programs name. */
const NAMED: ReadonlyMap<string, Meaning> = new Map([
  ["danger", "critical"],
  ["red", "critical"],
  ["warning", "warning"],
  ["orange", "warning"],
  ["yellow", "warning"],
  ["good", "good"],
  ["green", "good"],
]);

/** Returns what a colour means. @param colour a name, or its red, green and blue in hexadecimal: "danger", "#f00" */
export function meaningOfName(colour: string): Meaning {
  const name = colour.toLowerCase();
  const [, hex = ""] = /^#?([\da-f]{6}|[\da-f]{3})$/.exec(name) ?? [];
  const digits = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
  return NAMED.get(name) ?? (digits === "" ? "" : meaningOf(parseInt(digits, 16)));
}

/** Returns the sign that alerts have for what a colour means; "" if it is decoration. */
export function signOf(meaning: Meaning): string {
  if (meaning === "good") return RESOLVED;
  return meaning === "" ? "" : severitySign(meaning);
}
