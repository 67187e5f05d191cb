/**
 * Benchmark of how long speech in one room waits while another room is crowded: everybody enters, is hidden and shown,
 * or is removed; one occupant changes presence or speaks often. The compared program is the server's own group chat.
 * The occupants are addresses of a plain component; the two people who talk elsewhere are clients.
 */
import type { Socket } from "node:net";
import type { ComponentProcess } from "../lab/component-process.js";
import type { ServerKind } from "../lab/find.js";
import { LongRounds, PROBED } from "../lab/long-rounds.js";
import { Counter } from "../lab/raw.js";
import type { Server } from "../lab/server.js";
import { ACCOUNTS, HOST, RECEIVER, SENDER, TEXT } from "./message.js";
import { cpuSeconds, residentMegabytes } from "./processes.js";
import { onBoth } from "./run.js";
import type { Stage } from "./stage.js";
import { MEGABYTES, MILLISECONDS, SECONDS, compare, median, whole, type Line, type Unit } from "./table.js";
import { Talk } from "./talk.js";

const OURS = `conference.${HOST}`;
const MUC = `muc.${HOST}`;
const CROWD = "crowd.test";
const MUC_NS = "http://jabber.org/protocol/muc";
/** How many occupants a crowd has, and how long others may wait at most, in milliseconds. */
const SIZES = [
  { occupants: 300, most: 500 },
  { occupants: 900, most: 1_000 },
];
const QUICK = [{ occupants: 20, most: 500 }];
/** The longest block of the component's event loop, in milliseconds. */
const BLOCK = 50;
/** How often the component's memory is read, in milliseconds. */
const SAMPLE_MS = 100;
/** Configuration that allows thousands of occupants in the server's own rooms. */
const EXTRA: Readonly<Record<ServerKind, string>> = {
  ejabberd: "modules:\n  mod_muc:\n    max_users: 100000\n    default_room_options: {max_users: 100000}\n",
  prosody: "",
};

interface Figures {
  /** How long each message elsewhere took, in milliseconds. */
  readonly waits: readonly number[];
  /** The seconds until the crowded room had handled everything. */
  readonly seconds: number;
  /** CPU seconds of the component and the server. */
  readonly cpu: number;
  /** The component's longest block of the event loop, in milliseconds of CPU time. */
  readonly block: number;
  /** The component's memory at most, in megabytes. */
  readonly memory: number;
}

interface Scene {
  readonly name: string;
  /** Returns what happens in the crowded room. */
  readonly stanzas: (room: string, occupants: number) => string;
  /** Whether the server restarts first, so that everybody has to enter again. */
  readonly isAfterRestart?: boolean;
  /** How many occupants are inside afterwards. */
  readonly left?: number;
}

const everybody = (room: string, occupants: number): string =>
  each(occupants - 1, (n) => enters(room, n + 1));

const SCENES: readonly Scene[] = [
  { name: "enter", stanzas: everybody },
  { name: "are hidden", stanzas: (room) => configures(room, "presencebroadcast", ["moderator"]) },
  {
    name: "are shown",
    stanzas: (room) => configures(room, "presencebroadcast", ["moderator", "participant", "visitor"]),
  },
  { name: "get 400 presences", stanzas: (room) => each(400, (n) => appears(room, n)) },
  { name: "get 100 messages", stanzas: (room) => each(100, () => says(room, TEXT)) },
  { name: "are back after a restart", stanzas: everybody, isAfterRestart: true },
  { name: "are removed", stanzas: (room) => configures(room, "membersonly", ["1"]), left: 1 },
];

export const crowd = onBoth(async (stage, kind) => {
  const server = await stage.server(kind, {
    components: [OURS, CROWD].map((domain) => ({ domain })),
    modules: { muc: MUC },
    extra: EXTRA[kind],
  });
  await server.addAccounts(...ACCOUNTS);
  const limits = { max_occupants: 100_000, messages_per_second: 1e6, presences_per_second: 1e6 };
  const component = await stage.component({
    ...{ access: server.component(OURS), hosts: [HOST, CROWD], node: PROBED },
    config: { rooms: { create: "anyone", multicast: "off", ...limits } },
  });
  const setting = { stage, server, component, rounds: new LongRounds(component) };
  const lines: Line[] = [];
  for (const { occupants, most } of stage.extent.quick ? QUICK : SIZES) {
    const results = new Map<string, { ours: Figures; theirs: Figures }>();
    const theirs = await played(setting, `crowd-${occupants}@${MUC}`, occupants);
    const ours = await played(setting, `crowd-${occupants}@${OURS}`, occupants);
    for (const [name, figures] of theirs)
      results.set(name, { theirs: figures, ours: ours.get(name) ?? figures });
    for (const [name, both] of results)
      lines.push(...linesOf(`${whole(occupants)} ${name}, ${server.name}`, both, most));
  }
  return lines;
});

interface Setting {
  readonly stage: Stage;
  readonly server: Server;
  readonly component: ComponentProcess;
  readonly rounds: LongRounds;
}

/** Plays all scenes in a new room. @returns the figures by scene */
async function played(setting: Setting, room: string, occupants: number): Promise<Map<string, Figures>> {
  const { server, component } = setting;
  const figures = new Map<string, Figures>();
  let people = await gather(setting, room);
  for (const scene of SCENES) {
    if (scene.isAfterRestart === true) {
      for (const socket of [people.crowd, ...people.talkers]) socket.destroy();
      await server.restart();
      await component.ready();
      people = await gather(setting, room);
    }
    figures.set(scene.name, await measured(setting, people, occupants, scene));
  }
  for (const socket of [people.crowd, ...people.talkers]) socket.destroy();
  return figures;
}

interface People {
  readonly crowd: Socket;
  /** The clients of the two people who talk elsewhere. */
  readonly talkers: readonly [Socket, Socket];
  /** The room where they talk. */
  readonly elsewhere: string;
  /** The crowded room. */
  readonly room: string;
}

/** Connects everybody, opens the crowded room with its owner, and the other room with two people. */
async function gather({ stage, server }: Setting, room: string): Promise<People> {
  const crowd = await stage.bareComponent(server, CROWD);
  const talkers = [await stage.client(server, SENDER), await stage.client(server, RECEIVER)] as const;
  const elsewhere = `elsewhere-${room}`;
  for (const [n, socket] of talkers.entries()) {
    const inside = new Counter(socket, "<subject");
    socket.write(enters(elsewhere, n, ""));
    await inside.reached(1);
    inside.stop();
    if (n === 0) await asked(socket, configures(elsewhere, "membersonly", ["0"], ""));
  }
  const inside = new Counter(crowd, "<subject");
  crowd.write(enters(room, 0));
  await inside.reached(1);
  inside.stop();
  await asked(crowd, configures(room, "membersonly", ["0"]));
  return { crowd, talkers, elsewhere, room };
}

async function measured(
  { component, server, rounds }: Setting,
  { crowd, talkers, elsewhere, room }: People,
  occupants: number,
  { stanzas, left = occupants }: Scene,
): Promise<Figures> {
  const spent = (): number => cpuSeconds(component.pid) + cpuSeconds(server.pid ?? 0);
  const text = stanzas(room, occupants);
  rounds.take();
  let memory = 0;
  const sampler = setInterval(() => {
    memory = Math.max(memory, residentMegabytes(component.pid));
  }, SAMPLE_MS);
  const talk = new Talk(...talkers, elsewhere);
  const [before, began] = [spent(), performance.now()];
  await through(crowd, text, room, left);
  const seconds = (performance.now() - began) / 1000;
  const waits = await talk.end();
  clearInterval(sampler);
  const block = Math.max(0, ...rounds.take());
  return { waits, seconds, cpu: spent() - before, block, memory };
}

let marks = 0;

/** Writes stanzas and then a message from the owner; resolves when all who are then inside have the message. */
async function through(crowd: Socket, stanzas: string, room: string, inside: number): Promise<void> {
  const mark = `mark-${++marks};`;
  const counter = new Counter(crowd, mark);
  crowd.write(stanzas + says(room, mark));
  await counter.reached(inside);
  counter.stop();
}

async function asked(socket: Socket, request: string): Promise<void> {
  const counter = new Counter(socket, "id='config'");
  socket.write(request);
  await counter.reached(1);
  counter.stop();
}

function linesOf(work: string, both: { ours: Figures; theirs: Figures }, most: number): Line[] {
  const { ours, theirs } = both;
  const line = (name: string, unit: Unit, of: (figures: Figures) => number, limit?: number): Line => ({
    ...compare({ work: name, unit, ours: [of(ours)], peer: [of(theirs)], peerName: "group chat" }),
    ...(limit !== undefined && { target: `< ${unit.print(limit)}`, isMet: of(ours) < limit }),
  });
  const alone = (name: string, unit: Unit, value: number, limit: number): Line => ({
    ...{ work: name, ours: unit.print(value), isDetail: true },
    ...{ target: `< ${unit.print(limit)}`, isMet: value < limit },
  });
  return [
    line(`${work}: speech elsewhere, at worst`, MILLISECONDS, ({ waits }) => Math.max(...waits), most),
    { ...line("… median", MILLISECONDS, ({ waits }) => median(waits)), isDetail: true },
    { ...line("… until all is done", SECONDS, ({ seconds }) => seconds), isDetail: true },
    { ...line("… CPU, component + server", SECONDS, ({ cpu }) => cpu), isDetail: true },
    alone("… longest block", MILLISECONDS, ours.block, BLOCK),
    alone("… memory", MEGABYTES, ours.memory, 400),
  ];
}

const member = (n: number): string => `user-${n}@${CROWD}/desk`;

function each(count: number, stanza: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => stanza(n)).join("");
}

function enters(room: string, n: number, from = ` from='${member(n)}'`): string {
  return `<presence${from} to='${room}/nick-${n}'><x xmlns='${MUC_NS}'><history maxstanzas='0'/></x></presence>`;
}

function appears(room: string, n: number): string {
  return `<presence from='${member(1)}' to='${room}/nick-1'><status>${n}</status></presence>`;
}

function says(room: string, text: string): string {
  return `<message from='${member(0)}' to='${room}' type='groupchat'><body>${text}</body></message>`;
}

/** Returns a request of the room's owner that sets one field of the configuration. */
function configures(
  room: string,
  field: string,
  values: readonly string[],
  from = ` from='${member(0)}'`,
): string {
  const type = `<field var='FORM_TYPE'><value>${MUC_NS}#roomconfig</value></field>`;
  const texts = values.map((value) => `<value>${value}</value>`).join("");
  const form = `<x xmlns='jabber:x:data' type='submit'>${type}<field var='muc#roomconfig_${field}'>${texts}</field></x>`;
  return `<iq${from} to='${room}' type='set' id='config'><query xmlns='${MUC_NS}#owner'>${form}</query></iq>`;
}
