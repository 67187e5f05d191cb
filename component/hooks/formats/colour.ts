/** What programs mean by a colour: red fails, orange and yellow warn, green is well. Others are decoration. */

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
