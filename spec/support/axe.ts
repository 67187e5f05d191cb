/** What axe-core finds wrong with a page as it stands: for who reads by keyboard, by ear, or in poor light. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** WCAG 2.2, levels A and AA, and what axe's makers hold for good practice. */
const RUN = `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, failureSummary }) => id + " " + target.join(" ") + ": " + failureSummary)))`;

/** A line for each fault of each element. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Evaluated, not loaded: the pages' policy lets nothing in.
  await page.evaluate(SOURCE);
  return await page.evaluate(RUN);
}
