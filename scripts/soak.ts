/** The soak on the command line: `npm run soak -- --minutes 3`. Ends with code 1 where a promise was broken. */
import { parseArgs } from "node:util";
import { SERVER_NAMES, type ServerKind } from "./servers/find.js";
import { isSound } from "./soak/ledger.js";
import { soak, type SoakResult } from "./soak/soak.js";

const HELP = `Kills the component and a real XMPP server again and again, under load, and counts what becomes of the messages.

  --minutes N     how long in all, half of it on each server (3)
  --server NAME   only ejabberd, or only prosody
  --kills N       go on until each side was killed so often on each server (10)`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    server: { type: "string" },
    kills: { type: "string", default: "10" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = (await run()) ? 0 : 1;

async function run(): Promise<boolean> {
  const kinds: ServerKind[] = ["ejabberd", "prosody"];
  const chosen = kinds.filter((kind) => values.server === undefined || kind === values.server);
  const seconds = (Number(values.minutes) * 60) / chosen.length;
  const kills = Number(values.kills);
  if (chosen.length === 0 || !(seconds > 0) || !(kills >= 0)) {
    console.error(HELP);
    return false;
  }
  let sound = true;
  for (const server of chosen) {
    const onProgress = (line: string): void => console.log(`${SERVER_NAMES[server]}  ${line}`);
    const result = await soak({ server, seconds, kills, onProgress });
    sound &&= isSound(result) && result.deadLetters === 0;
    console.log(report(server, result));
  }
  return sound;
}

function report(server: ServerKind, result: SoakResult): string {
  const lines: [string, number][] = [
    ["kills of the component", result.componentKills],
    [`kills of ${SERVER_NAMES[server]}`, result.serverKills],
    ["accepted", result.accepted],
    ["refused", result.refused],
    ["delivered", result.delivered],
    ["duplicates", result.duplicates],
    ["lost", result.lost],
    ["refused, but delivered", result.refusedButDelivered],
    ["out of order", result.outOfOrder],
    ["set aside", result.deadLetters],
  ];
  const body = lines.map(([name, value]) => `${name.padEnd(24)}${String(value).padStart(10)}`);
  return [`\n${SERVER_NAMES[server]}, ${result.seconds.toFixed(0)} s`, ...body, ""].join("\n");
}
