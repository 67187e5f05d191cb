/** Runs the soak test: `npm run soak -- --minutes 3`. Exits with 1 if a guarantee was broken. */
import { parseArgs } from "node:util";
import { SERVER_NAMES, type ServerKind } from "./lab/find.js";
import { isSound } from "./soak/ledger.js";
import { soak, type SoakResult } from "./soak/soak.js";

const HELP = `Kills the component and a real XMPP server again and again under load, and counts the messages that are lost,
duplicated or out of order. Ends with code 1 if a promise was broken.

  --minutes N     minutes in all, half of them on each server (3)
  --server NAME   only this server: ejabberd or prosody
  --blows N       continue until each server or its component was killed this many times (20)`;

/** The limit for `oldestRepeat`, in seconds: outbox.keep, plus the time that acks take on a busy machine. */
const OLDEST_REPEAT = 3 + 12;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    server: { type: "string" },
    blows: { type: "string", default: "20" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = (await run()) ? 0 : 1;

async function run(): Promise<boolean> {
  const kinds: ServerKind[] = ["ejabberd", "prosody"];
  const chosen = kinds.filter((kind) => values.server === undefined || kind === values.server);
  const seconds = (Number(values.minutes) * 60) / chosen.length;
  const blows = Number(values.blows);
  if (chosen.length === 0 || !(seconds > 0) || !(blows >= 0)) {
    console.error(HELP);
    return false;
  }
  let sound = true;
  for (const server of chosen) {
    const onProgress = (line: string): void => console.log(`${SERVER_NAMES[server]}  ${line}`);
    const result = await soak({ server, seconds, blows, onProgress });
    sound &&= isSound(result, OLDEST_REPEAT) && result.deadLetters === 0;
    console.log(report(server, result));
  }
  return sound;
}

function report(server: ServerKind, result: SoakResult): string {
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
  return [`\n${name}, ${result.seconds.toFixed(0)} s`, ...body, ""].join("\n");
}
