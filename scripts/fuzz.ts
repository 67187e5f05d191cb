/** Fuzzing on the command line: `npm run fuzz -- --minutes 30`. Ends with code 1 where a promise was broken. */
import { parseArgs } from "node:util";
import { limitsConfig } from "../component/config.js";
import { writeFound } from "./fuzz/found.js";
import { fuzz, type FuzzResult } from "./fuzz/fuzz.js";
import { showProgress } from "./import/progress.js";
import { SERVER_NAMES, type ServerKind } from "./lab/find.js";

const HELP = `Sends hostile calls and stanzas, while honest users talk, on private servers; what breaks a promise is made as
small as it can be, and written to spec/fuzz/found, from where the tests play it again.

  --minutes N     how long on each server (3)
  --server NAME   only ejabberd, or only prosody
  --seed N        makes the same cases as another run (random, and shown)`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    server: { type: "string" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    help: { type: "boolean", default: false },
  },
});

/** Nobody may wait longer for a health check; milliseconds. */
const WAIT_MS = 200;

if (values.help) console.log(HELP);
else process.exitCode = (await run()) ? 0 : 1;

async function run(): Promise<boolean> {
  const kinds: ServerKind[] = ["ejabberd", "prosody"];
  const chosen = kinds.filter((kind) => values.server === undefined || kind === values.server);
  const seconds = Number(values.minutes) * 60;
  const seed = Number(values.seed);
  if (chosen.length === 0 || !(seconds > 0) || !Number.isInteger(seed)) {
    console.error(HELP);
    return false;
  }
  const bounds = { wait: WAIT_MS, memory: limitsConfig.parse({}).memory };
  let sound = true;
  for (const server of chosen) {
    const name = SERVER_NAMES[server];
    const progress = showProgress(`Fuzzing on ${name}, seed ${seed}`, seconds);
    const result = await fuzz({
      server,
      seed,
      seconds,
      bounds,
      onProgress: (done, note) => progress.update(done, note),
      onFound: (found) => console.log(`\n${found.fault.kind}: ${found.fault.detail}\n${writeFound(found)}`),
    });
    progress.stop();
    sound &&= result.found.length === 0;
    console.log(report(name, result));
  }
  return sound;
}

function report(name: string, result: FuzzResult): string {
  const lines: [string, string | number][] = [
    ["cases", result.cases],
    ["promises broken", result.found.length],
    ["once, and not again", result.once.length],
    ["longest health check", `${Math.round(result.longest)} ms`],
    ["slowest honest message", `${(result.slowest / 1000).toFixed(1)} s`],
    ["most memory", `${Math.round(result.memory / 1e6)} MB`],
    ["own streams they lost", result.closedOfTheirs],
  ];
  const body = lines.map(([what, value]) => `${what.padEnd(24)}${String(value).padStart(10)}`);
  const once = result.once.map(({ kind, detail }) => `once: ${kind}: ${detail.slice(0, 500)}`);
  return [`\n${name}, ${result.seconds.toFixed(0)} s`, ...body, ...once, ""].join("\n");
}
