/** Checks the accessibility of a page with axe-core. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Runs the default rules: WCAG up to 2.2, levels A and AA, and axe's best practices. */
const RUN = `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, failureSummary }) => id + " " + target.join(" ") + ": " + failureSummary)))`;

/** Returns a line for each accessibility fault of each element. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // axe-core is evaluated, as the page's Content-Security-Policy would block a script element.
  await page.evaluate(SOURCE);
  return await page.evaluate(RUN);
}
