/**
 * Makes a checkout ready to run, with nothing but Node: `node scripts/ready.mjs [--with-servers]`, or
 * `--run COMMAND …` to run a command of the program then. Written so that old versions of Node can read it, too, and
 * say what is amiss; the rest is in ready/.
 */
import { readFileSync } from "fs";

const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const [wantedMajor, wantedMinor] = engines.node.match(/\d+/g).map(Number);
const [major, minor] = process.versions.node.split(".").map(Number);

if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) import("./ready/steps.mjs");
else {
  console.error(
    `qtalk-component needs Node ${wantedMajor}.${wantedMinor} or later, and this is ${process.versions.node}: ` +
      "install a newer one (https://nodejs.org/; Debian 13 has it: sudo apt-get install nodejs npm) and try again.",
  );
  process.exitCode = 1;
}
