/** Runs the soak test: `npm run soak -- --minutes 3`. Exits with 1 if a guarantee was broken. */
import { parseArgs } from "node:util";
import { SERVER_NAMES, type ServerKind } from "./lab/find.js";
import { isSound } from "./soak/ledger.js";
import { soak, type SoakResult } from "./soak/soak.js";

const HELP = `Kills the component and a real XMPP server again and again under load, and counts the messages that are lost,
duplicated or out of order. Ends with code 1 if a promise was broken.

  --minutes N     minutes in all, half of them on each server (3)
  --server NAME   only this server: ejabberd or prosody
  --blows N       continue until each server or its component was killed this many times (20)
  --seed N        the seed of what is killed and when (the time)`;

/** The limit for `oldestRepeat`, in seconds: outbox.keep, plus the time that acks take on a busy machine. */
const OLDEST_REPEAT = 3 + 12;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    server: { type: "string" },
    blows: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = (await run()) ? 0 : 1;

async function run(): Promise<boolean> {
  const kinds: ServerKind[] = ["ejabberd", "prosody"];
  const chosen = kinds.filter((kind) => values.server === undefined || kind === values.server);
  const seconds = (Number(values.minutes) * 60) / chosen.length;
  const [blows, seed] = [Number(values.blows), Number(values.seed)];
  if (chosen.length === 0 || !(seconds > 0) || !(blows >= 0) || !Number.isInteger(seed)) {
    console.error(HELP);
    return false;
  }
  let sound = true;
  for (const server of chosen) {
    const onProgress = (line: string): void => console.log(`${SERVER_NAMES[server]}  ${line}`);
    const result = await soak({ server, seconds, blows, seed, onProgress });
    sound &&= isSound(result, OLDEST_REPEAT) && result.deadLetters === 0;
    console.log(report(server, result, seed));
  }
  return sound;
}

function report(server: ServerKind, result: SoakResult, seed: number): string {
  const name = SERVER_NAMES[server];
  const lines: [string, number | string][] = [
    ["kills of the component", result.componentKills],
    [`kills of ${name}`, result.serverKills],
    [`stops of ${name}`, result.serverStops],
    ["accepted", result.accepted],
    ["refused", result.refused],
    ["delivered", result.delivered],
    ["duplicates", result.duplicates],
    ["oldest duplicate, s", result.oldestRepeat.toFixed(1)],
    ["lost", result.lost],
    ["refused, but delivered", result.refusedButDelivered],
    ["out of order", result.outOfOrder],
    ["dead letters", result.deadLetters],
  ];
  const body = lines.map(([what, value]) => `${what.padEnd(24)}${String(value).padStart(10)}`);
  return [`\n${name}, ${result.seconds.toFixed(0)} s, seed ${seed}`, ...body, ""].join("\n");
}
