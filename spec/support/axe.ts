/** Checks the accessibility of a page with axe-core. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Returns a line for each accessibility fault of each element.
 * @param rules the rules to check; by default, WCAG up to 2.2, levels A and AA, and axe's best practices
 */
export async function accessibilityFaults(page: Page, ...rules: string[]): Promise<string[]> {
  // axe-core is evaluated, as the page's Content-Security-Policy would block a script element.
  await page.evaluate(SOURCE);
  const options = JSON.stringify(rules.length === 0 ? {} : { runOnly: rules });
  return await page.evaluate(`axe.run(${options}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => id + " " + target.join(" ") + ": " + failureSummary)))`);
}
