/**
 * send_thirdmessage beside ejabberd's own HTTP API (send_stanza, its request log off), and its batches beside a bare
 * component that stores and confirms nothing.
 */
import type { Ejabberd } from "../servers/ejabberd.js";
import { createServer } from "../servers/create.js";
import { ComponentProcess } from "../servers/component-process.js";
import { load, type LoadResult } from "./load.js";
import { CountingClient, rawComponent } from "./raw.js";
import { median, type Line } from "./table.js";

const CONNECTIONS = 32;
const TEXT = "x".repeat(100);
const BATCH = 100;
const RAW_MESSAGES = 60_000;
const PEER_DOMAIN = "raw.qtalk.test.org";

export interface SendOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

export async function benchSends({ rounds, seconds, say }: SendOptions): Promise<Line[]> {
  const server = createServer("ejabberd", {
    modules: { archive: false, offline: false, httpApi: true },
    components: [{ domain: "conference.qtalk.test.org" }, { domain: PEER_DOMAIN }],
  });
  await server.start();
  try {
    const accounts = ["test1", "test2"].map((username) => ({ username, password: "secret" }));
    await server.addAccounts(...accounts);
    const receiver = await CountingClient.login(server.clientPort, server.host, "test2", "secret");
    const component = await ComponentProcess.start({
      access: server.component(),
      hosts: server.settings.hosts,
      config: { log: { level: "warn" } },
    });
    await component.ready();
    const single: LoadResult[] = [];
    const peer: LoadResult[] = [];
    const batch: number[] = [];
    const raw: number[] = [];
    const round = `w${process.pid}`;
    await singles(component, 1, `${round}-warm`);
    await sendStanzas(server, 1);
    for (let i = 0; i < rounds; i += 1) {
      single.push(await singles(component, seconds, `${round}-${i}`));
      peer.push(await sendStanzas(server, seconds));
      batch.push(await batches(component, seconds, `${round}-b${i}`));
      raw.push(await pipelined(server, receiver));
      say(`round ${i + 1} of ${rounds}: ${shown(single.at(-1))}; ejabberd's API ${shown(peer.at(-1))}`);
    }
    await component.stop();
    receiver.close();
    return [compare(single, peer), compareP99(single, peer), compareBatches(batch, raw)];
  } finally {
    await server.stop();
  }
}

function singles(component: ComponentProcess, seconds: number, prefix: string): Promise<LoadResult> {
  return load({
    port: component.httpPort,
    path: "/qtalk/send_thirdmessage",
    connections: CONNECTIONS,
    seconds,
    body: (n) => JSON.stringify(call(`${prefix}-${n}`)),
    check: accepted,
  });
}

async function batches(component: ComponentProcess, seconds: number, prefix: string): Promise<number> {
  const result = await load({
    port: component.httpPort,
    path: "/qtalk/send_thirdmessage",
    connections: 4,
    seconds,
    body: (n) => JSON.stringify(Array.from({ length: BATCH }, (_, i) => call(`${prefix}-${n}-${i}`))),
    check: accepted,
  });
  return result.rate * BATCH;
}

function sendStanzas(server: Ejabberd, seconds: number): Promise<LoadResult> {
  const { port, pathname } = new URL(`${server.api}/send_stanza`);
  return load({
    port: Number(port),
    path: pathname,
    connections: CONNECTIONS,
    seconds,
    body: (n) => {
      const { from, to, message } = call(`peer-${n}`);
      return JSON.stringify({ from: `${from}@qtalk.test.org`, to: `${to}@qtalk.test.org`, stanza: message });
    },
    check: (body) => {
      if (body.trim() !== "0") throw new Error(`ejabberd answered ${body}`);
    },
  });
}

/** Messages a second from a bare component to the receiver, everything written at once. */
async function pipelined(server: Ejabberd, receiver: CountingClient): Promise<number> {
  const { port, password } = server.component(PEER_DOMAIN);
  const socket = await rawComponent(port, PEER_DOMAIN, password);
  const goal = receiver.count + RAW_MESSAGES;
  const started = performance.now();
  const attributes = "from='test1@qtalk.test.org' to='test2@qtalk.test.org' type='chat'";
  for (let n = 0; n < RAW_MESSAGES; n += 1) {
    const flushed = socket.write(`<message ${attributes} id='raw-${n}'><body>${TEXT}</body></message>`);
    if (!flushed) await new Promise((resolve) => socket.once("drain", resolve));
  }
  await receiver.reached(goal);
  socket.destroy();
  return RAW_MESSAGES / ((performance.now() - started) / 1000);
}

function call(id: string): { from: string; to: string; message: string } {
  const message = `<message type='chat'><body id='${id}' msgType='1' maType='20'>${TEXT}</body></message>`;
  return { from: "test1", to: "test2", message };
}

function accepted(body: string): void {
  if (!body.startsWith('{"ret":true')) throw new Error(`the component answered ${body}`);
}

function compare(ours: readonly LoadResult[], peer: readonly LoadResult[]): Line {
  const [a, b] = [median(ours.map((r) => r.rate)), median(peer.map((r) => r.rate))];
  return {
    work: "send_thirdmessage, one a call, 32 connections / ejabberd's send_stanza",
    ours: `${Math.round(a)}/s`,
    peer: `${Math.round(b)}/s`,
    ratio: a / b,
    target: 1.5,
  };
}

function compareP99(ours: readonly LoadResult[], peer: readonly LoadResult[]): Line {
  const [a, b] = [median(ours.map((r) => r.p99)), median(peer.map((r) => r.p99))];
  return {
    work: "… its 99th percentile",
    ours: `${a.toFixed(1)} ms`,
    peer: `${b.toFixed(1)} ms`,
    ratio: b / a,
    target: 1,
  };
}

function compareBatches(ours: readonly number[], peer: readonly number[]): Line {
  const [a, b] = [median(ours), median(peer)];
  return {
    work: "send_thirdmessage, arrays of 100 / a bare component that stores nothing",
    ours: `${Math.round(a)}/s`,
    peer: `${Math.round(b)}/s`,
    ratio: a / b,
    target: 0.8,
  };
}

function shown(result: LoadResult | undefined): string {
  return result === undefined ? "none" : `${Math.round(result.rate)}/s, p99 ${result.p99.toFixed(1)} ms`;
}
