/** Runs the fuzzer: `npm run fuzz -- --minutes 30`. Exits with 1 if a guarantee was broken. */
import { parseArgs } from "node:util";
import { limitsConfig } from "../component/config.js";
import { ATTACKS, costs, rowOf } from "./fuzz/costs.js";
import { writeFound, type Found } from "./fuzz/case.js";
import { fuzz, GENERATORS, type FuzzResult } from "./fuzz/fuzz.js";
import { showProgress } from "./import/progress.js";
import { KINDS, SERVER_NAMES, type ServerKind } from "./lab/installed.mjs";
import { table } from "./table.js";

const HELP = `Sends hostile calls, stanzas and posts while honest users talk, on private servers. A case that breaks a promise is
shrunk and written to spec/fuzz/found, from where the tests replay it. Ends with code 1 if a promise was broken.

  --minutes N       minutes on each server (3)
  --server NAME     only this server: ejabberd or prosody
  --seed N          repeats the cases of the run with this seed (random, and shown)
  --generator NAME  only this generator: ${GENERATORS.map(({ name }) => name).join(", ")}
  --costs           measures instead what known attacks cost: rows of the guide's table "What hostile input costs"
  --attack TEXT     only attacks whose description contains this`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    server: { type: "string" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    generator: { type: "string" },
    costs: { type: "boolean", default: false },
    attack: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

/** The longest allowed block of the event loop, in milliseconds: after input below 1 KiB, and after larger input. */
const BLOCKED_MS = { small: 50, any: 200 };

const { generator } = values;
const servers = KINDS.filter((kind) => values.server === undefined || kind === values.server);
const generators = GENERATORS.filter(({ name }) => generator === undefined || name === generator);
const [seconds, seed] = [Number(values.minutes) * 60, Number(values.seed)];
const attacks = ATTACKS.filter(({ input }) => input.includes(values.attack));
const isRight =
  attacks.length > 0 && servers.length > 0 && generators.length > 0 && seconds > 0 && Number.isInteger(seed);
const bounds = { ...BLOCKED_MS, memory: limitsConfig.parse({}).memory };

if (values.help || !isRight) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 1;
} else if (values.costs)
  for (const server of servers)
    await costs(server, attacks, (cost) => console.log(rowOf(SERVER_NAMES[server], cost)));
else for (const server of servers) if (!(await isSound(server))) process.exitCode = 1;

async function isSound(server: ServerKind): Promise<boolean> {
  const name = SERVER_NAMES[server];
  const progress = showProgress(`Fuzzing on ${name}, seed ${seed}`, seconds);
  const onProgress = (done: number, note: string): void => progress.update(done, note);
  const onFound = (found: Found): void =>
    console.log(`\n${found.fault.kind}: ${found.fault.detail}\n${writeFound(found)}`);
  const result = await fuzz({ server, seed, seconds, bounds, generators, onProgress, onFound });
  progress.stop();
  console.log(report(name, result));
  return result.found.length === 0;
}

function report(name: string, { cases, found, once, seconds, seen }: FuzzResult): string {
  const figures = new Map([
    ["cases", cases],
    ["promises broken", found.length],
    ["once, and not again", once.length],
    ...seen,
  ]);
  const rows = Array.from(figures, ([what, value]) => [what, String(value).padStart(6)]);
  const unrepeated = once.map(({ kind, detail }) => `once: ${kind}: ${detail.slice(0, 500)}`);
  return ["", table([`${name}, ${seconds.toFixed(0)} s`, ""], rows), ...unrepeated, ""].join("\n");
}
