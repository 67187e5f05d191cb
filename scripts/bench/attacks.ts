/**
 * What hostile users do to the others: each attack is made by one of them, as fast as the server takes it, while
 * somebody else speaks in a room of their own and health checks are asked for. The component is a process of its own.
 */
import { once } from "node:events";
import type { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentProcess } from "../lab/component-process.js";
import type { ServerKind } from "../lab/find.js";
import type { Benchmark } from "./benchmark.js";
import { whole } from "./figures.js";
import { Health } from "./health.js";
import { residentMegabytes } from "./processes.js";
import { CountingClient } from "./raw.js";
import type { Stage } from "./stage.js";
import { longestSince, probe, shownRound } from "./rounds.js";
import { drained } from "./stall-works.js";

const HOST = "qtalk.test.org";
const PASSWORD = "secret";
const MUC = "http://jabber.org/protocol/muc";
const MEMBERS = 9_900;
const LONG = "x".repeat(200 * 1024);
const HISTORY = 100;
const PICTURE = 100_000;
/** What has to hold: limits.memory's default, and milliseconds for which others wait. */
const MOST = { megabytes: 1024 ** 3 / 1e6, ms: 200 };
const WRITE = 64 * 1024;
const LOOK_MS = 50;
const PAUSE_MS = 100;

/** What is sent again and again: `n` counts. */
interface Attack {
  readonly name: string;
  readonly stanza: (room: string, n: number) => string;
}

const iq = (type: "get" | "set", inside: string) => (to: string, n: number) =>
  `<iq type='${type}' id='a${n}' to='${to}'>${inside}</iq>`;
const rsm = (most: number): string => `<set xmlns='http://jabber.org/protocol/rsm'><max>${most}</max></set>`;
const enter = (to: string): string => `<presence to='${to}'><x xmlns='${MUC}'/></presence>`;

const ATTACKS: readonly Attack[] = [
  { name: `entering again, ${HISTORY} × 200 KiB of history`, stanza: (room) => enter(`${room}/mallory`) },
  {
    name: `lists of ${whole(MEMBERS + 1)} members`,
    stanza: iq("get", `<query xmlns='${MUC}#admin'><item affiliation='member'/>${rsm(1000)}</query>`),
  },
  { name: "pages of the archive", stanza: iq("set", `<query xmlns='urn:xmpp:mam:2'>${rsm(250)}</query>`) },
  { name: "vCards of the room", stanza: iq("get", "<vCard xmlns='vcard-temp'/>") },
  { name: "disco#info", stanza: iq("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>") },
  {
    name: "questions to a silent occupant",
    stanza: (room, n) => iq("get", "<query xmlns='jabber:iq:version'/>")(`${room}/silent`, n),
  },
  {
    name: "messages of 200 KiB",
    stanza: (room) => `<message to='${room}' type='groupchat'><body>${LONG}</body></message>`,
  },
  { name: "other nicknames", stanza: (room, n) => `<presence to='${room}/mallory${n}'/>` },
  {
    name: "presence",
    stanza: (room, n) => `<presence to='${room}/mallory'><status>${n}</status></presence>`,
  },
];

export const attacks: Benchmark = {
  name: "attacks",
  about: "hostile users: memory, health checks and an innocent's messages meanwhile",
  isAside: true,
  async run(stage) {
    const rows = [...(await onServer(stage, "ejabberd", 0)), ...(await onServer(stage, "prosody", 0.5))];
    const headings = [
      "attack",
      "server",
      "sent",
      "longest round",
      "longest health check",
      "innocent's slowest message",
      "memory",
      "holds",
    ];
    return { headings, rows };
  },
};

/** @param done the share of all that is done before */
async function onServer(stage: Stage, kind: ServerKind, done: number): Promise<string[][]> {
  const server = await stage.server(kind, { modules: { offline: false } });
  const users = ["mallory", "juliet", "silent"];
  await server.addAccounts(...users.map((username) => ({ username, host: HOST, password: PASSWORD })));
  const component = await stage.component({ access: server.component(), hosts: [HOST] });
  await component.end("SIGTERM");
  probe(stage, join(component.folder, "rounds"));
  component.launch();
  await component.ready();
  const { domain } = server.component();
  const room = `big@${domain}`;
  const login = async (user: string, place: string): Promise<CountingClient> => {
    const client = await CountingClient.login(server.clientPort, HOST, user, PASSWORD);
    stage.atEnd(() => client.close());
    client.socket.write(enter(`${place}/${user}`));
    await client.reached(1);
    return client;
  };
  await fill(component, domain, await login("mallory", room));
  await login("silent", room);
  const innocent = new Innocent(await login("juliet", `quiet@${domain}`), `quiet@${domain}`);
  const rows: string[][] = [];
  for (const [i, { name, stanza }] of ATTACKS.entries()) {
    stage.tell(done + i / ATTACKS.length / 2, `${name}, ${server.name}`);
    // A connection of its own: what the server hasn't read of the last attack goes with it.
    const mallory = await login("mallory", room);
    const since = Date.now();
    const health = new Health(component.httpPort);
    const end = AbortSignal.timeout(stage.extent.seconds * 1000);
    let megabytes = 0;
    const watch = setInterval(() => {
      megabytes = Math.max(megabytes, residentMegabytes(component.pid));
    }, LOOK_MS);
    const asked = health.ask();
    const spoken = innocent.speak(end);
    const sent = await attack(mallory.socket, (n) => stanza(room, n), end);
    const slowest = await spoken;
    clearInterval(watch);
    health.stop();
    await asked;
    mallory.close();
    await drained(component);
    const { cpu } = longestSince(since);
    const holds = cpu <= MOST.ms && megabytes <= MOST.megabytes;
    const shown = [
      shownRound(cpu),
      `${whole(health.longest)} ms`,
      `${whole(slowest)} ms`,
      `${whole(megabytes)} MB`,
    ];
    rows.push([name, server.name, whole(sent), ...shown, holds ? "yes" : "no"]);
  }
  return rows;
}

/** Makes the room worth attacking: its attacker owns it, and has what they need to be let in again. */
async function fill(component: ComponentProcess, domain: string, owner: CountingClient): Promise<void> {
  const room = `big@${domain}`;
  const call = async (endpoint: string, body: object): Promise<void> => {
    const text = await (await component.post(endpoint, body)).text();
    if (!text.startsWith('{"ret":true')) throw new Error(`${endpoint} was answered ${text}`);
  };
  const field = (name: string, value: string): string =>
    `<field var='${name}'><value>${value}</value></field>`;
  const fields = [
    field("FORM_TYPE", `${MUC}#roomconfig`),
    field("muc#roomconfig_historylength", String(HISTORY)),
    field("muc#roomconfig_persistentroom", "1"),
  ];
  const form = `<x xmlns='jabber:x:data' type='submit'>${fields.join("")}</x>`;
  const picture = `<PHOTO><TYPE>image/png</TYPE><BINVAL>${Buffer.alloc(PICTURE, 7).toString("base64")}</BINVAL></PHOTO>`;
  // The room tells of its configuration, of its picture, and of the first message.
  const { count } = owner;
  owner.socket.write(iq("set", `<query xmlns='${MUC}#owner'>${form}</query>`)(room, 0));
  owner.socket.write(iq("set", `<vCard xmlns='vcard-temp'>${picture}</vCard>`)(room, 1));
  await owner.reached(count + 2);
  const actor = { muc_id: "big", muc_domain: domain, muc_owner: "mallory" };
  const muc_member = Array.from({ length: MEMBERS }, (_, n) => `member-${n}`);
  await call("add_muc_user", { ...actor, muc_member });
  const To = [{ User: "big" }];
  for (let n = 0; n < HISTORY; n += 1) {
    await call("send_message", { From: "mallory", To, Body: LONG, Type: "groupchat", Domain: domain });
  }
}

/** Sends until the time is over, no faster than the server reads. @returns how many */
async function attack(socket: Socket, stanza: (n: number) => string, end: AbortSignal): Promise<number> {
  const over = new Promise((resolve) => end.addEventListener("abort", resolve));
  let sent = 0;
  while (!end.aborted) {
    let text = "";
    while (text.length < WRITE) text += stanza(++sent);
    if (socket.write(text)) await sleep(0);
    else await Promise.race([once(socket, "drain"), over]);
  }
  return sent;
}

/** Somebody who speaks in a room of their own, and waits for each message to come back. */
class Innocent {
  readonly #client: CountingClient;
  readonly #room: string;

  constructor(client: CountingClient, room: string) {
    this.#client = client;
    this.#room = room;
  }

  /** @returns the longest that a message took, in milliseconds */
  async speak(end: AbortSignal): Promise<number> {
    let slowest = 0;
    while (!end.aborted) {
      const { count, socket } = this.#client;
      const started = performance.now();
      socket.write(`<message to='${this.#room}' type='groupchat'><body>hello</body></message>`);
      await this.#client.reached(count + 1);
      slowest = Math.max(slowest, performance.now() - started);
      await sleep(PAUSE_MS);
    }
    return slowest;
  }
}
