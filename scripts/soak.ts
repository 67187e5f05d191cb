/** Runs the soak test: `npm run soak -- --minutes 3`. Exits with 1 if a guarantee was broken. */
import { parseArgs } from "node:util";
import { KINDS, SERVER_NAMES } from "./lab/installed.mjs";
import { fill, TRAFFIC } from "./soak/bounds.js";
import { soak } from "./soak/soak.js";
import { table } from "./table.js";

const HELP = `Kills the component and a real XMPP server again and again under load, and counts the messages that are lost,
duplicated or out of order. Ends with code 1 if a promise was broken.

  --minutes N     minutes in all, half of them on each server (3)
  --server NAME   only this server: ejabberd or prosody
  --blows N       continue until each server or its component was killed this many times (20)
  --only KIND     instead of killing: this traffic alone, and whether every table and map keeps its bound:
                  ${TRAFFIC.join(", ")}, or all, one after another; --minutes is the time of each
  --pace N        for --only: how many of the component's seconds pass in a second (6)`;

/** The limit for `oldestRepeat`, in seconds: outbox.keep, plus the time that acks take on a busy machine. */
const OLDEST_REPEAT = 3 + 12;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    server: { type: "string" },
    blows: { type: "string", default: "20" },
    only: { type: "string" },
    pace: { type: "string", default: "6" },
    help: { type: "boolean", default: false },
  },
});
const chosen = KINDS.filter((kind) => values.server === undefined || kind === values.server);
const seconds = (Number(values.minutes) * 60) / chosen.length;
const blows = Number(values.blows);

const pace = Number(values.pace);
const kinds = TRAFFIC.filter((kind) => values.only === "all" || values.only === kind);
const isUnknown = values.only !== undefined && kinds.length === 0;

if (values.help || isUnknown || chosen.length === 0 || !(seconds > 0) || !(blows >= 0) || !(pace >= 1)) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 1;
} else if (kinds.length > 0) {
  const minutes = Number(values.minutes);
  for (const server of chosen)
    for (const only of kinds) {
      const onProgress = (line: string): void => console.log(`${SERVER_NAMES[server]}  ${line}`);
      const { grown, missed } = await fill({ server, only, minutes, pace, onProgress });
      const wrong = [...grown, ...missed.map((what) => `the bound wasn't reached: ${what}`)];
      if (wrong.length > 0) process.exitCode = 1;
      for (const line of wrong) console.log(`  ✘ ${line}`);
    }
} else
  for (const server of chosen) {
    const onProgress = (line: string): void => console.log(`${SERVER_NAMES[server]}  ${line}`);
    const figures = await soak({ server, seconds, blows, onProgress });
    const { lost, refusedButDelivered, outOfOrder, deadLetters, oldestRepeat } = figures;
    const isSound =
      lost + refusedButDelivered + outOfOrder + deadLetters === 0 && oldestRepeat <= OLDEST_REPEAT;
    if (!isSound) process.exitCode = 1;
    const rows = Object.entries(figures).map(([name, value]) => [name, value.toFixed(0).padStart(10)]);
    console.log(`\n${table([SERVER_NAMES[server], ""], rows)}\n`);
  }
