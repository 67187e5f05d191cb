/**
 * Benchmark of send_thirdmessage: with one message in each request, in every send mode, and with 100 messages in each
 * request. The peers of single sends are ejabberd's send_stanza and Prosody's mod_rest, which neither store nor confirm
 * messages. The sender's own sessions get a copy: a carbon (XEP-0280) if the server permits this, otherwise a second
 * stanza from the component. The peer of arrays is a plain XEP-0114 component, which writes the same stanzas, made
 * beforehand. A turn ends when the receiver has all messages.
 */
import type { ServerKind } from "../lab/installed.mjs";
import { cpuSeconds } from "../lab/processes.js";
import { Counter, writeAll } from "../lab/raw.js";
import type { Server } from "../lab/private-server.js";
import { load, type LoadOptions, type LoadResult } from "./load.js";
import { ACCOUNTS, accepted, HOST, RECEIVER, SENDER, stanzaOf, TEXT, thirdMessage } from "./message.js";
import { onBoth, type Stage } from "./stage.js";
import { brief, compare, median, UNITS, type Line } from "./table.js";

const CONNECTIONS = 32;
const BUSY = 0.9;
const BATCH = 100;
const CONNECTIONS_OF_ARRAYS = 4;
const RAW = `raw.${HOST}`;

type Target = Omit<LoadOptions, "connections" | "seconds">;

interface Mode {
  readonly how: string;
  readonly component: { readonly domain: string; readonly privileged?: true; readonly sendsAsUsers?: false };
  readonly xmpp: Readonly<Record<string, unknown>>;
  /** The lowest acceptable ratio of the component's rate to the compared program's. */
  readonly least: Readonly<Record<ServerKind, number>>;
}

const MODES: readonly Mode[] = [
  {
    how: "no copy",
    component: { domain: `plain.${HOST}` },
    xmpp: { carbons: false },
    least: { ejabberd: 1.5, prosody: 1 },
  },
  {
    how: "with copy",
    component: { domain: `conference.${HOST}` },
    xmpp: {},
    least: { ejabberd: 1.2, prosody: 1 },
  },
  {
    how: "privileged",
    component: { domain: `privileged.${HOST}`, privileged: true, sendsAsUsers: false },
    xmpp: { send_as_users: "privileged" },
    least: { ejabberd: 1.2, prosody: 1.5 },
  },
];
const LEAST_OF_ARRAYS = 0.8;

export const sends = onBoth(async (stage, kind) => {
  const components = [...MODES.map(({ component }) => component), { domain: RAW }];
  const server = await stage.server(kind, { modules: { httpApi: true }, components });
  await server.addAccounts(...ACCOUNTS);
  const receiver = new Counter(await stage.client(server, RECEIVER), "</message>");
  const [peerName, target] =
    server.kind === "ejabberd" ? ["send_stanza", sendStanza(server.api)] : ["mod_rest", modRest(server.api)];
  const serverPid = server.pid ?? 0;
  const turns = { [peerName]: () => turn(stage, receiver, target, [serverPid]) };
  const ports: number[] = [];
  for (const { how, component, xmpp } of MODES) {
    const access = server.component(component.domain);
    const options = { access, hosts: server.settings.hosts, config: { xmpp: { ...xmpp } } };
    const { httpPort, pid } = await stage.component(options);
    const body = (): string => JSON.stringify(thirdMessage(newId()));
    const ours = { port: httpPort, path: "/qtalk/send_thirdmessage", body, check: accepted };
    turns[how] = () => turn(stage, receiver, ours, [pid, serverPid]);
    ports.push(httpPort);
  }
  const { [peerName]: peer = [], ...results } = await stage.inTurn(turns);
  const single = MODES.flatMap(({ how, least }) =>
    linesOf(`single send, ${server.name}, ${how}`, results[how] ?? [], peer, {
      peerName,
      target: least[kind],
    }),
  );
  return [...single, await arrays(stage, server, receiver, ports[0] ?? 0)];
});

let sent = 0;
const newId = (): string => `bench-${++sent}`;

interface Turn extends LoadResult {
  /** CPU time per request of each process, in microseconds: of the component and the server, or of the server alone. */
  readonly cpu: readonly number[];
}

/** @param receiver counts the messages that have arrived @param pids the processes whose CPU time is measured */
async function turn(stage: Stage, receiver: Counter, target: Target, pids: readonly number[]): Promise<Turn> {
  const goal = receiver.count;
  const before = pids.map(cpuSeconds);
  const result = await load({ ...target, connections: CONNECTIONS, seconds: stage.extent.seconds });
  await receiver.reached(goal + result.requests);
  if (result.busy > BUSY)
    stage.remarks.add("Single sends: the load generator was busy more than 90 % of the time.");
  const cpu = pids.map((pid, at) => ((cpuSeconds(pid) - (before[at] ?? 0)) * 1e6) / result.requests);
  return { ...result, cpu };
}

/** @param peer the compared program's turns, its name, and the lowest acceptable ratio of the rates */
function linesOf(
  work: string,
  ours: readonly Turn[],
  peer: readonly Turn[],
  { peerName, target }: { readonly peerName: string; readonly target: number },
): Line[] {
  const both = (of: (turn: Turn) => number) => ({ ours: ours.map(of), peer: peer.map(of), peerName });
  const cpu = both((turn) => turn.cpu.reduce((sum, part) => sum + part));
  const parts = [0, 1].map((at) => brief(median(ours.map((turn) => turn.cpu[at] ?? NaN))));
  const most = both(({ p99 }) => p99);
  return [
    compare({ work, unit: UNITS.perSecond, target, ...both(({ rate }) => rate) }),
    { ...compare({ work: "… 99 % within", unit: UNITS.milliseconds, ...most, target: 1 }), isDetail: true },
    {
      ...compare({ work: "… CPU, component + server", unit: UNITS.microseconds, ...cpu }),
      ours: `${parts.join(" + ")} µs`,
    },
  ];
}

async function arrays(stage: Stage, server: Server, receiver: Counter, port: number): Promise<Line> {
  const socket = await stage.bareComponent(server, RAW);
  const messages = stage.extent.quick ? 2_000 : 15_000;
  const rateOf = async (work: () => Promise<unknown>): Promise<number> => {
    const goal = receiver.count + messages;
    const started = performance.now();
    await Promise.all([work(), receiver.reached(goal)]);
    return messages / ((performance.now() - started) / 1000);
  };
  const stanza = stanzaOf();
  const stanzas = function* (): Generator<string> {
    for (let n = 0; n < messages; n += 1) yield stanza(newId());
  };
  const array = (): object[] => Array.from({ length: BATCH }, () => thirdMessage(newId()));
  const requests = {
    port,
    path: "/qtalk/send_thirdmessage",
    connections: CONNECTIONS_OF_ARRAYS,
    requests: messages / BATCH,
    body: () => JSON.stringify(array()),
    check: accepted,
  };
  const results = await stage.inTurn({
    ours: () => rateOf(() => load(requests)),
    peer: () => rateOf(() => writeAll(socket, stanzas())),
  });
  const work = `sends in arrays of ${BATCH}, ${server.name}, no copy`;
  return compare({
    work,
    unit: UNITS.perSecond,
    ...results,
    peerName: "a bare component",
    target: LEAST_OF_ARRAYS,
  });
}

function sendStanza(api: string): Target {
  const { port, pathname } = new URL(`${api}/send_stanza`);
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

/** Returns the requests to Prosody's mod_rest, which requires the sending user's password. */
function modRest(api: string): Target {
  const { port, pathname } = new URL(api);
  const message = { kind: "message", type: "chat", to: `${RECEIVER}@${HOST}`, body: TEXT };
  return {
    port: Number(port),
    path: pathname,
    headers: `Authorization: Basic ${Buffer.from(`${SENDER}:secret`).toString("base64")}\r\n`,
    body: (n) => JSON.stringify({ ...message, id: `peer-${n}` }),
    check: (body) => {
      if (body !== "") throw new Error(`Prosody answered ${body}`);
    },
  };
}
