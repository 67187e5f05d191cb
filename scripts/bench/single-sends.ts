/** One message a call, ours and a server's own HTTP API: a turn of either, and what they come to beside each other. */
import type { ComponentProcess } from "../lab/component-process.js";
import type { Server } from "../lab/server.js";
import { brief, compare, MICROSECONDS, MILLISECONDS, PER_SECOND, ratioOf } from "./figures.js";
import { load, type LoadOptions, type LoadResult } from "./load.js";
import { cpuSeconds } from "./processes.js";
import type { CountingClient } from "./raw.js";
import { accepted, thirdMessage } from "./sending.js";
import { startSenders, type Senders } from "./senders.js";
import type { Stage } from "./stage.js";
import { median, type Line } from "./table.js";

const CONNECTIONS = 32;
const BUSY = 0.9;

interface Turn extends LoadResult {
  /** Microseconds of CPU time a call. */
  readonly component: number;
  readonly server: number;
}

/** Whom calls go to. */
export interface Target extends Omit<LoadOptions, "connections" | "seconds"> {
  /** Absent: the server itself. */
  readonly component?: ComponentProcess;
}

/** Where turns are taken. */
export interface Sending {
  readonly stage: Stage;
  readonly server: Server;
  /** Who gets the messages, and must have them before a turn ends. */
  readonly receiver: CountingClient;
  readonly connections?: number;
}

let calls = 0;

function ours(component: ComponentProcess): Target {
  return {
    component,
    port: component.httpPort,
    path: "/qtalk/send_thirdmessage",
    body: () => JSON.stringify(thirdMessage(`single-${++calls}`)),
    check: accepted,
  };
}

async function turn(sending: Sending, { component, ...target }: Target): Promise<Turn> {
  const { stage, server, receiver, connections = CONNECTIONS } = sending;
  const goal = receiver.count;
  const pids = [component?.pid, server.pid];
  const before = pids.map(spent);
  const result = await load({ ...target, connections, seconds: stage.extent.seconds });
  await receiver.reached(goal + result.requests);
  if (result.busy > BUSY)
    stage.remark("Single sends: the load generator was busy more than 90 % of the time.");
  const [ofComponent = 0, ofServer = 0] = pids.map((pid, i) => {
    return ((spent(pid) - (before[i] ?? 0)) * 1e6) / result.requests;
  });
  return { ...result, component: ofComponent, server: ofServer };
}

/** All ways in turn, and the server's own API. @param peer whose name ends the sentences of the table */
export async function allWays(
  sending: Sending,
  peer: { readonly name: string; readonly target: Target },
  targets: Readonly<Record<keyof Senders, number>>,
): Promise<Line[]> {
  const { stage, server } = sending;
  const { forging, plain, privileged } = await startSenders(stage, server);
  const results = await stage.inTurn({
    forging: () => turn(sending, ours(forging)),
    peer: () => turn(sending, peer.target),
    plain: () => turn(sending, ours(plain)),
    privileged: () => turn(sending, ours(privileged)),
  });
  const lines = (way: keyof Senders, how: string): Line[] =>
    linesOf({
      work: `send_thirdmessage, ${server.name}, ${how}`,
      ...{ ours: results[way], peer: results.peer, peerName: peer.name, target: targets[way] },
    });
  return [
    ...lines("plain", "without the sender's copy"),
    ...lines("forging", "with it"),
    ...lines("privileged", "with it, by permission"),
  ];
}

interface SendsComparison {
  readonly work: string;
  readonly ours: readonly Turn[];
  readonly peer: readonly Turn[];
  readonly peerName: string;
  /** What the ratio of the rates should be at least. */
  readonly target?: number;
}

function linesOf({ work, ours, peer, peerName, target }: SendsComparison): Line[] {
  const of = (turns: readonly Turn[], key: keyof Turn): number[] => turns.map((turn) => turn[key]);
  const both = (key: keyof Turn) => ({ ours: of(ours, key), peer: of(peer, key), peerName });
  const cpu = ours.map(({ component, server }) => component + server);
  const [component, server, peers] = [
    median(of(ours, "component")),
    median(of(ours, "server")),
    of(peer, "server"),
  ];
  return [
    compare({ work, unit: PER_SECOND, ...both("rate"), ...(target !== undefined && { target }) }),
    compare({ work: "… half of its calls within", unit: MILLISECONDS, ...both("p50") }),
    compare({ work: "… 99 % of its calls within", unit: MILLISECONDS, ...both("p99"), target: 1 }),
    {
      work: "… CPU time a call, component + server",
      ours: `${brief(component)} + ${brief(server)} µs`,
      figure: { unit: MICROSECONDS, value: component + server },
      peer: `${brief(median(peers))} µs`,
      peerName,
      ...ratioOf(cpu, peers, "less"),
    },
  ];
}

function spent(pid: number | undefined): number {
  return pid === undefined ? 0 : cpuSeconds(pid);
}
