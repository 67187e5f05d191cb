/**
 * Benchmark of send_thirdmessage with one message in each request, in every send mode. The compared programs are
 * ejabberd's send_stanza and Prosody's mod_rest. Neither of them stores or confirms messages. The sender's own sessions
 * get a copy: a carbon (XEP-0280) if the server permits this, otherwise a second stanza from the component.
 */
import type { ServerKind } from "../lab/find.js";
import type { Server } from "../lab/server.js";
import { load, type LoadOptions, type LoadResult } from "./load.js";
import { ACCOUNTS, accepted, HOST, RECEIVER, SENDER, TEXT, thirdMessage } from "./message.js";
import { cpuSeconds } from "./processes.js";
import { Counter } from "../lab/raw.js";
import type { Stage } from "./stage.js";
import { brief, compare, median, MICROSECONDS, MILLISECONDS, PER_SECOND, type Line } from "./table.js";
import { onBoth } from "./run.js";

const CONNECTIONS = 32;
const BUSY = 0.9;

type Target = Omit<LoadOptions, "connections" | "seconds">;

interface Mode {
  /** The mode's name in the table. */
  readonly how: string;
  readonly domain: string;
  readonly config: Record<string, Record<string, unknown>>;
  /** The lowest acceptable ratio of the component's rate to the compared program's. */
  readonly least: Readonly<Record<ServerKind, number>>;
}

const PRIVILEGED = `privileged.${HOST}`;
const MODES: readonly Mode[] = [
  {
    how: "no copy",
    domain: `plain.${HOST}`,
    config: { xmpp: { carbons: false } },
    least: { ejabberd: 1.5, prosody: 1 },
  },
  { how: "with copy", domain: `conference.${HOST}`, config: {}, least: { ejabberd: 1.2, prosody: 1 } },
  {
    how: "privileged",
    domain: PRIVILEGED,
    config: { xmpp: { send_as_users: "privileged" } },
    least: { ejabberd: 1.2, prosody: 1.5 },
  },
];

export const sends = onBoth(async (stage, kind) => {
  const permitted = { privileged: true, sendsAsUsers: false };
  const components = MODES.map(({ domain }) => ({ domain, ...(domain === PRIVILEGED && permitted) }));
  const server = await stage.server(kind, { modules: { httpApi: true }, components });
  await server.addAccounts(...ACCOUNTS);
  const { hosts } = server.settings;
  const receiver = new Counter(await stage.client(server, RECEIVER), "</message>");
  const { target, name } =
    server.kind === "ejabberd"
      ? { target: sendStanza(server.api), name: "send_stanza" }
      : { target: modRest(server.api), name: "mod_rest" };
  const turns = { [name]: () => turn({ stage, server, receiver }, target) };
  for (const { how, domain, config } of MODES) {
    const { httpPort, pid } = await stage.component({ access: server.component(domain), hosts, config });
    turns[how] = () => turn({ stage, server, receiver, pid }, ours(httpPort));
  }
  const results = await stage.inTurn(turns);
  const peer = results[name] ?? [];
  return MODES.flatMap(({ how, least }) =>
    linesOf({
      work: `single send, ${server.name}, ${how}`,
      ...{ ours: results[how] ?? [], peer, peerName: name, target: least[kind] },
    }),
  );
});

interface Turn extends LoadResult {
  /** CPU time of the component per request, in microseconds. */
  readonly component: number;
  /** CPU time of the server per request, in microseconds. */
  readonly server: number;
}

interface Setting {
  readonly stage: Stage;
  readonly server: Server;
  /** Counts the messages that have arrived. A turn ends when all messages have arrived. */
  readonly receiver: Counter;
  /** The id of the component's process; absent if the server itself is measured. */
  readonly pid?: number;
}

async function turn({ stage, server, receiver, pid }: Setting, target: Target): Promise<Turn> {
  const goal = receiver.count;
  const spent = (): number[] => [pid === undefined ? 0 : cpuSeconds(pid), cpuSeconds(server.pid ?? 0)];
  const before = spent();
  const result = await load({ ...target, connections: CONNECTIONS, seconds: stage.extent.seconds });
  await receiver.reached(goal + result.requests);
  if (result.busy > BUSY)
    stage.remarks.add("Single sends: the load generator was busy more than 90 % of the time.");
  const each = spent().map((seconds, i) => ((seconds - (before[i] ?? 0)) * 1e6) / result.requests);
  return { ...result, component: each[0] ?? 0, server: each[1] ?? 0 };
}

interface Sends {
  readonly work: string;
  readonly ours: readonly Turn[];
  readonly peer: readonly Turn[];
  readonly peerName: string;
  /** The lowest acceptable ratio of the component's rate to the compared program's. */
  readonly target: number;
}

function linesOf({ work, ours, peer, peerName, target }: Sends): Line[] {
  const both = (of: (turn: Turn) => number) => ({ ours: ours.map(of), peer: peer.map(of), peerName });
  const cpu = both(({ component, server }) => component + server);
  const part = (of: (turn: Turn) => number): string => brief(median(ours.map(of)));
  return [
    compare({ work, unit: PER_SECOND, ...both(({ rate }) => rate), target }),
    { ...compare({ work: "… 50 % within", unit: MILLISECONDS, ...both(({ p50 }) => p50) }), isDetail: true },
    {
      ...compare({ work: "… 99 % within", unit: MILLISECONDS, ...both(({ p99 }) => p99), target: 1 }),
      isDetail: true,
    },
    {
      ...compare({ work: "… CPU, component + server", unit: MICROSECONDS, ...cpu }),
      ours: `${part(({ component }) => component)} + ${part(({ server }) => server)} µs`,
    },
  ];
}

let calls = 0;

function ours(port: number): Target {
  const body = (): string => JSON.stringify(thirdMessage(`single-${++calls}`));
  return { port, path: "/qtalk/send_thirdmessage", body, check: accepted };
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
