/**
 * One message a call: send_thirdmessage beside ejabberd's own HTTP API, whose send_stanza neither stores nor confirms
 * anything. By default the component also hands the sender's own sessions a copy of what is sent in their name, which
 * doubles what the server routes; without those copies both do exactly the same.
 */
import type { ComponentProcess } from "../servers/component-process.js";
import type { Ejabberd } from "../servers/ejabberd.js";
import type { Benchmark } from "./benchmark.js";
import { brief, compare, MILLISECONDS, PER_SECOND } from "./figures.js";
import { load, type LoadOptions, type LoadResult } from "./load.js";
import { cpuSeconds } from "./processes.js";
import { CountingClient } from "./raw.js";
import { ACCOUNTS, accepted, HOST, RECEIVER, thirdMessage } from "./sending.js";
import type { Stage } from "./stage.js";
import { median, type Line } from "./table.js";

const CONNECTIONS = 32;
const PLAIN = "plain.qtalk.test.org";
const PEER = "ejabberd's send_stanza";
const BUSY = 0.9;

interface Turn extends LoadResult {
  /** Microseconds of CPU time a call. */
  readonly component: number;
  readonly server: number;
}

export const sends: Benchmark = {
  name: "sends",
  about: "one message a call beside ejabberd's own HTTP API: rate, 99th percentile, CPU time",
  async run(stage) {
    const server = await stage.server("ejabberd", {
      modules: { archive: false, offline: false, httpApi: true },
      components: [{ domain: "conference.qtalk.test.org" }, { domain: PLAIN }],
    });
    await server.addAccounts(...ACCOUNTS);
    const receiver = await CountingClient.login(server.clientPort, HOST, RECEIVER, "secret");
    stage.atEnd(() => receiver.close());
    const { hosts } = server.settings;
    const withCopies = await stage.component({ access: server.component(), hosts });
    const config = { xmpp: { carbons: false } };
    const plain = await stage.component({ access: server.component(PLAIN), hosts, config });
    const turn = async (options: Target): Promise<Turn> => {
      const goal = receiver.count;
      const result = await measured(stage, server, options);
      await receiver.reached(goal + result.requests);
      if (result.busy > BUSY)
        stage.remark("Single sends: the load generator was busy more than 90 % of the time.");
      return result;
    };
    const results = await stage.inTurn({
      withCopies: () => turn(ours(withCopies)),
      peer: () => turn(theirs(server)),
      plain: () => turn(ours(plain)),
    });
    return [
      ...linesOf("send_thirdmessage, sender's copies off", results.plain, results.peer),
      ...linesOf("send_thirdmessage, the defaults", results.withCopies, results.peer),
    ];
  },
};

interface Target extends Omit<LoadOptions, "connections" | "seconds"> {
  readonly component?: ComponentProcess;
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

function theirs(server: Ejabberd): Target {
  const { port, pathname } = new URL(`${server.api}/send_stanza`);
  return {
    port: Number(port),
    path: pathname,
    body: (n) => {
      const { from, to, message } = thirdMessage(`peer-${n}`);
      return JSON.stringify({ from: `${from}@${HOST}`, to: `${to}@${HOST}`, stanza: message });
    },
    check: (body) => {
      if (body.trim() !== "0") throw new Error(`ejabberd answered ${body}`);
    },
  };
}

async function measured(stage: Stage, server: Ejabberd, { component, ...target }: Target): Promise<Turn> {
  const pids = [component?.pid, server.pid];
  const before = pids.map(spent);
  const result = await load({ ...target, connections: CONNECTIONS, seconds: stage.extent.seconds });
  const [ofComponent = 0, ofServer = 0] = pids.map((pid, i) => {
    return ((spent(pid) - (before[i] ?? 0)) * 1e6) / result.requests;
  });
  return { ...result, component: ofComponent, server: ofServer };
}

function spent(pid: number | undefined): number {
  return pid === undefined ? 0 : cpuSeconds(pid);
}

function linesOf(work: string, ours: readonly Turn[], peer: readonly Turn[]): Line[] {
  const of = (turns: readonly Turn[], key: keyof Turn): number[] => turns.map((turn) => turn[key]);
  const cpu = (turns: readonly Turn[], key: "component" | "server"): number => median(of(turns, key));
  const [component, server, peers] = [cpu(ours, "component"), cpu(ours, "server"), cpu(peer, "server")];
  return [
    compare({
      work,
      unit: PER_SECOND,
      ours: of(ours, "rate"),
      peer: of(peer, "rate"),
      peerName: PEER,
      target: 1.5,
    }),
    compare({
      work: "… 99 % of its calls within",
      unit: MILLISECONDS,
      ours: of(ours, "p99"),
      peer: of(peer, "p99"),
      peerName: PEER,
      target: 1,
    }),
    {
      work: "… CPU time a call, component + server",
      ours: `${brief(component)} + ${brief(server)} µs`,
      peer: `${brief(peers)} µs`,
      peerName: PEER,
      ratio: peers / (component + server),
    },
  ];
}
