/** Measures what hostile input costs (`npm run fuzz -- --costs`): the table of http/docs/guide/robustness.md. */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { ComponentProcess } from "../lab/component-process.js";
import { inboxOfStream, StreamWithInbox } from "../lab/client.js";
import { createServer } from "../lab/create.js";
import type { ServerKind } from "../lab/installed.mjs";
import { freePort, LOOPBACK } from "../lab/ports.js";
import { IMAGE_HEAP, LongRounds, memoryBytes, PROBED } from "../lab/processes.js";
import { StrictStream } from "../lab/strict-stream.js";
import { DOMAIN, HOST, HOSTILE_DOMAIN } from "./case.js";
import { makeRoom, type Act, type Attack, type Target } from "./attacks/attack.js";
import { HOOK_ATTACKS } from "./attacks/hooks.js";
import { HTTP_ATTACKS } from "./attacks/http.js";
import { STANZA_ATTACKS } from "./attacks/stanzas.js";
import type { BystanderOptions, Waits } from "./bystander-thread.js";

export const ATTACKS: readonly Attack[] = [...HTTP_ATTACKS, ...STANZA_ATTACKS, ...HOOK_ATTACKS];

const BYSTANDER = { username: "bystander", host: HOST, password: "secret" };
const HALL = `hall@${DOMAIN}`;
const NODE = [...PROBED, ...IMAGE_HEAP];
/** How long a component rests before an attack, in milliseconds. */
const REST_MS = 500;
/** How long a ping may wait behind a flood, in milliseconds. */
const PATIENCE_MS = 120_000;

export interface Cost {
  readonly right: string;
  readonly input: string;
  /** The longest block of the event loop, in milliseconds of the main thread's CPU time. */
  readonly block: number;
  /** The slowest health check of a bystander, in milliseconds. */
  readonly health: number;
  /** The slowest message of a bystander in a room of their own, in milliseconds, with the time in the server. */
  readonly message: number;
  /** How much more memory the process had at most, in megabytes. */
  readonly memory: number;
  readonly hasEnded: boolean;
}

/** Plays attacks, each against a new component. @param onCost called after each @throws Error if one misses its target */
export async function costs(
  kind: ServerKind,
  attacks: readonly Attack[],
  onCost: (cost: Cost) => unknown,
): Promise<void> {
  const server = createServer(kind, { components: [{ domain: DOMAIN }, { domain: HOSTILE_DOMAIN }] });
  await server.start();
  try {
    await server.addAccounts(BYSTANDER);
    for (const attack of attacks) {
      const smtpPort = await freePort();
      const component = await ComponentProcess.start({
        access: server.component(DOMAIN),
        hosts: [HOST],
        config: {
          smtp: { listen: `${LOOPBACK}:${smtpPort}` },
          rooms: { made: { members_only: false } },
        },
        node: NODE,
      });
      const { inbox, events } = inboxOfStream();
      const stream = await StrictStream.component(server.component(HOSTILE_DOMAIN), events, "eve");
      const hostile = new StreamWithInbox(stream, inbox);
      try {
        await component.ready();
        const target: Target = {
          server: kind,
          component,
          smtpPort,
          hostile,
          ping: () => pings(hostile),
          hook: (name, ...options) => addHook(component, name, options),
        };
        const act = await attack.prepare(target);
        onCost({ ...attack, ...(await measured(target, server.clientPort, act)) });
      } finally {
        hostile.cut();
        await component.stop();
      }
    }
  } finally {
    await server.kill();
    await server.stop();
  }
}

/** Returns a cost as a row of a table in Markdown. */
export function rowOf(
  server: string,
  { right, input, block, health, message, memory, hasEnded }: Cost,
): string {
  const figures = [block, health, message, memory].map((value) => value.toFixed(0));
  return `| ${[server, right, input, ...figures].join(" | ")} |${hasEnded ? " the component has ended" : ""}`;
}

async function measured(
  { component, ping }: Target,
  clientPort: number,
  act: Act,
): Promise<Omit<Cost, "right" | "input">> {
  await makeRoom({ component }, HALL, BYSTANDER.username);
  const bystander = new Worker(new URL("./bystander-thread.js", import.meta.url), {
    workerData: {
      clientPort,
      account: BYSTANDER,
      room: HALL,
      healthUrl: `http://${LOOPBACK}:${component.httpPort}/healthz`,
    } satisfies BystanderOptions,
  });
  const waits = async (): Promise<Waits> => {
    const answer = once(bystander, "message") as Promise<[Waits]>;
    bystander.postMessage("");
    return (await answer)[0];
  };
  try {
    await once(bystander, "message");
    await sleep(REST_MS);
    const rounds = new LongRounds(component);
    rounds.take();
    // Forgets the highest memory use so far (proc_pid_clear_refs(5)).
    writeFileSync(`/proc/${component.pid}/clear_refs`, "5");
    const before = memoryBytes(component.pid, "VmRSS");
    await waits();
    await act();
    if (component.isRunning) await ping();
    const memory = component.isRunning ? memoryBytes(component.pid, "VmHWM") - before : NaN;
    const block = Math.max(0, ...rounds.take());
    return { block, ...(await waits()), memory: memory / 1e6, hasEnded: !component.isRunning };
  } finally {
    await bystander.terminate();
  }
}

let count = 0;
async function pings(hostile: StreamWithInbox): Promise<void> {
  const id = `ping-${++count}`;
  const from = hostile.stream.jid;
  hostile.stream.write(
    `<iq from="${from}" to="${DOMAIN}" type="get" id="${id}"><ping xmlns="urn:xmpp:ping"/></iq>`,
  );
  await hostile.next(({ attrs }) => attrs.id === id, PATIENCE_MS);
}

async function addHook(
  component: ComponentProcess,
  name: string,
  options: readonly string[],
): Promise<string> {
  const printed = await component.command("hook", "add", name, "--rate", "1000", ...options);
  return new URL(/^http\S+/m.exec(printed)?.[0] ?? "").pathname;
}
