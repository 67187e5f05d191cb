/**
 * Prepares a checkout for running: `node scripts/ready.mjs [--with-servers]`. With `--run COMMAND …`, runs a
 * command of the program afterwards. Old versions of Node can run this file; the rest is in ready/.
 */
import { engines, inWords, supports } from "./node-version.mjs";

const range = engines(new URL("../package.json", import.meta.url));

if (supports(range, process.versions.node)) import("./ready/steps.mjs");
else {
  console.error(
    `qtalk-component needs Node.js ${inWords(range)}, and this is ${process.versions.node}: install another one ` +
      "(https://nodejs.org/; Debian 13 has it: sudo apt-get install nodejs npm) and try again.",
  );
  process.exitCode = 1;
}
