/** Checks the version of Node that runs the doctor. It also runs the component, unless several versions are installed. */
import { engines, inWords, supports } from "../node-version.mjs";
import { doubtful, fine, type Finding } from "./finding.js";

const RANGE = engines(new URL("../../../package.json", import.meta.url));

export function nodeOf(version = process.versions.node): Finding {
  if (supports(RANGE, version)) return fine(`Node ${version} is supported`);
  return doubtful(`Node ${version} is not supported`, `Run the component with Node.js ${inWords(RANGE)}.`);
}
