/** Measures what hostile input costs (`npm run fuzz -- --costs`): the table of http/docs/guide/security.md. */
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
import { ATTACKS } from "./attacks.js";

const NODE = [...PROBED, ...IMAGE_HEAP];
/** How long a component rests before an attack, in milliseconds. */
const REST_MS = 500;
/** How long a ping may wait behind a flood, in milliseconds. */
const PATIENCE_MS = 120_000;

/** What an attack has at hand. */
export interface Target {
  readonly component: ComponentProcess;
  readonly smtpPort: number;
  /** A stream of the hostile domain, whose rooms and users the attack plays. */
  readonly hostile: StreamWithInbox;
  /** Sends a stanza to the component after those before it, and waits for the answer. */
  readonly ping: () => Promise<void>;
  /** Creates a hook to the room ROOM. @returns its path */
  readonly hook: (name: string, ...options: readonly string[]) => Promise<string>;
}

export interface Cost {
  readonly right: string;
  readonly input: string;
  /** The longest block of the event loop, in milliseconds of the main thread's CPU time. */
  readonly block: number;
  /** The slowest health check, in milliseconds. */
  readonly health: number;
  /** How much more memory the process had at most, in megabytes. */
  readonly memory: number;
  readonly hasEnded: boolean;
}

/** @param only a part of the input's name @param onCost called after each attack */
export async function costs(kind: ServerKind, only: string, onCost: (cost: Cost) => unknown): Promise<void> {
  const server = createServer(kind, { components: [{ domain: DOMAIN }, { domain: HOSTILE_DOMAIN }] });
  await server.start();
  try {
    for (const attack of ATTACKS.filter(({ input }) => input.includes(only))) {
      const smtpPort = await freePort();
      const component = await ComponentProcess.start({
        access: server.component(DOMAIN),
        hosts: [HOST],
        config: { smtp: { listen: `${LOOPBACK}:${smtpPort}` } },
        node: NODE,
      });
      const { inbox, events } = inboxOfStream();
      const stream = await StrictStream.component(server.component(HOSTILE_DOMAIN), events, "eve");
      const hostile = new StreamWithInbox(stream, inbox);
      try {
        await component.ready();
        const target: Target = {
          component,
          smtpPort,
          hostile,
          ping: () => pings(hostile),
          hook: (name, ...options) => addHook(component, name, options),
        };
        const act = await attack.prepare(target);
        onCost({ ...attack, ...(await measured(target, act)) });
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
export function rowOf(server: string, { right, input, block, health, memory, hasEnded }: Cost): string {
  const figures = [block, health, memory].map((value) => value.toFixed(0));
  return `| ${[server, right, input, ...figures].join(" | ")} |${hasEnded ? " the component has ended" : ""}`;
}

async function measured(
  { component, ping }: Target,
  act: () => Promise<unknown>,
): Promise<Pick<Cost, "block" | "health" | "memory" | "hasEnded">> {
  await ping();
  const health = new Worker(new URL("./health-thread.js", import.meta.url), {
    workerData: `http://${LOOPBACK}:${component.httpPort}/healthz`,
  });
  const slowest = (): Promise<number> =>
    new Promise((resolve) => {
      health.once("message", resolve);
      health.postMessage("");
    });
  try {
    await sleep(REST_MS);
    const rounds = new LongRounds(component);
    rounds.take();
    // Forgets the highest memory use so far (proc_pid_clear_refs(5)).
    writeFileSync(`/proc/${component.pid}/clear_refs`, "5");
    const before = memoryBytes(component.pid, "VmRSS");
    await slowest();
    await act();
    if (component.isRunning) await ping();
    const memory = component.isRunning ? memoryBytes(component.pid, "VmHWM") - before : NaN;
    return {
      block: Math.max(0, ...rounds.take()),
      health: await slowest(),
      memory: memory / 1e6,
      hasEnded: !component.isRunning,
    };
  } finally {
    await health.terminate();
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
