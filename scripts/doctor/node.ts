/** The Node that runs the doctor, which is the component's unless several are installed. */
import { engines, inWords, supports } from "../node-version.mjs";
import { doubtful, fine, type Finding } from "./finding.js";

const RANGE = engines(new URL("../../../package.json", import.meta.url));

export function nodeOf(version = process.versions.node): Finding {
  if (supports(RANGE, version)) return fine(`Node ${version} is one that the component is tested with`);
  return doubtful(`the component isn't tested with Node ${version}`, `Run it with Node ${inWords(RANGE)}.`);
}
