/** Writes the generated parts of the guide: `npm run docs`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createProgram } from "../program.js";
import { generated } from "./generated.js";
import { GUIDE } from "./parts.js";

const description = (await createProgram("start")).description();
for (const { file, write } of generated(description)) {
  const path = join(GUIDE, file);
  writeFileSync(path, write(readFileSync(path, "utf8")));
}
