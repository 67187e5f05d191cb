/**
 * Benchmark of how long speech in one room waits while another room is crowded (crowd-scenes.ts), and while many accounts
 * read (crowd-readers.ts). The compared program is the server's own group chat. The two people who talk elsewhere are
 * clients.
 */
import type { Socket } from "node:net";
import type { ComponentProcess } from "../lab/component-process.js";
import type { ServerKind } from "../lab/find.js";
import { LongRounds, PROBED } from "../lab/long-rounds.js";
import { Counter } from "../lab/raw.js";
import type { Server } from "../lab/server.js";
import { readers } from "./crowd-readers.js";
import {
  configures,
  CROWD,
  each,
  enters,
  member,
  says,
  SCENES,
  type People,
  type Scene,
} from "./crowd-scenes.js";
import type { CrowdFigures } from "./crowd-table.js";
import { accepted, ACCOUNTS, HOST, RECEIVER, SENDER } from "./message.js";
import { cpuSeconds, residentMegabytes } from "./processes.js";
import { onBoth } from "./run.js";
import type { Stage } from "./stage.js";
import { median, whole } from "./table.js";
import { Talk } from "./talk.js";

const OURS = `conference.${HOST}`;
const MUC = `muc.${HOST}`;
/** The limits of block and memory in milliseconds and megabytes. */
const LIMITS = { block: 50, memory: 400 };
/** How often the component's memory is read, in milliseconds. */
const SAMPLE_MS = 100;
/** Configuration that allows thousands of occupants in the server's own rooms. */
const EXTRA: Readonly<Record<ServerKind, string>> = {
  ejabberd: "modules:\n  mod_muc:\n    max_users: 100000\n    default_room_options: {max_users: 100000}\n",
  prosody: "",
};

interface Size {
  readonly occupants: number;
  /** How long others may wait at most, in milliseconds. */
  readonly worst?: number;
  /** Whether everybody only enters, in our room alone, on ejabberd: such a crowd is measured for its memory. */
  readonly isForMemory?: boolean;
}

const SIZES: readonly Size[] = [
  { occupants: 300, worst: 500 },
  { occupants: 900, worst: 1_000 },
  { occupants: 2_000, isForMemory: true },
];
const QUICK: readonly Size[] = [{ occupants: 20, worst: 500 }];

export const crowd = onBoth(async (stage, kind) => {
  const { quick, only } = stage.extent;
  if (only?.server !== undefined && only.server !== kind) return [];
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
  for (const size of quick ? QUICK : SIZES) {
    if (only?.occupants !== undefined && only.occupants !== size.occupants) continue;
    if (size.isForMemory !== true || kind === "ejabberd") await play(setting, size);
  }
  if (only?.scene === undefined || "read".includes(only.scene)) await playReaders(setting);
  return [];
});

interface Setting {
  readonly stage: Stage;
  readonly server: Server;
  readonly component: ComponentProcess;
  readonly rounds: LongRounds;
}

/** Plays the scenes in a new room of the server, and in one of ours. */
async function play(setting: Setting, { occupants, worst, isForMemory = false }: Size): Promise<void> {
  const { stage, server } = setting;
  const { only } = stage.extent;
  const isChosen = ({ name }: Scene, n: number): boolean =>
    (n === 0 || !isForMemory) && (n === 0 || only?.scene === undefined || name.includes(only.scene));
  const scenes = SCENES.filter(isChosen);
  const place = (domain: string): Place => ({ room: `crowd-${occupants}@${domain}`, occupants });
  const theirs = isForMemory ? [] : await played(setting, place(MUC), scenes, () => undefined);
  await played(setting, place(OURS), scenes, (scene, ours) => {
    const work = `${whole(occupants)} ${scene.name}, ${server.name}`;
    const limits = { ...LIMITS, ...(worst !== undefined && { worst }) };
    stage.row({ work, ours, theirs: theirs[scenes.indexOf(scene)], limits });
  });
}

interface Place {
  readonly room: string;
  readonly occupants: number;
}

async function played(
  setting: Setting,
  place: Place,
  scenes: readonly Scene[],
  onFigures: (scene: Scene, figures: CrowdFigures) => void,
): Promise<readonly CrowdFigures[]> {
  const { server, component } = setting;
  const all: CrowdFigures[] = [];
  let people = await gather(setting, place.room);
  const end = (): void => {
    for (const socket of [people.crowd, ...people.talkers]) socket.destroy();
  };
  for (const scene of scenes) {
    if (scene.isAfterRestart === true) {
      end();
      await server.restart();
      await component.ready();
      people = await gather(setting, place.room);
    }
    const figures = await measured(setting, people, () => act(setting, people, place.occupants, scene));
    all.push(figures);
    onFigures(scene, figures);
  }
  end();
  return all;
}

/** Connects everybody, opens the crowded room with its owner, and the other room with two people. */
async function gather({ stage, server }: Setting, room: string): Promise<People> {
  const crowd = await stage.bareComponent(server, CROWD);
  const talkers = [await stage.client(server, SENDER), await stage.client(server, RECEIVER)] as const;
  const elsewhere = `elsewhere-${room}`;
  for (const [n, socket] of talkers.entries()) {
    await asked(socket, enters(elsewhere, n, ""), "<subject");
    if (n === 0) await asked(socket, configures(elsewhere, "membersonly", ["0"], ""), "id='asked'");
  }
  await asked(crowd, enters(room, 0), "<subject");
  await asked(crowd, configures(room, "membersonly", ["0"]), "id='asked'");
  return { crowd, talkers, elsewhere, room };
}

/** Measures how long speech elsewhere takes meanwhile. */
async function measured(
  { component, server, rounds }: Setting,
  { talkers, elsewhere }: Pick<People, "talkers" | "elsewhere">,
  work: () => Promise<unknown>,
): Promise<CrowdFigures> {
  const spent = (): number => cpuSeconds(component.pid) + cpuSeconds(server.pid ?? 0);
  rounds.take();
  let memory = 0;
  const sampler = setInterval(() => {
    memory = Math.max(memory, residentMegabytes(component.pid));
  }, SAMPLE_MS);
  const talk = new Talk(...talkers, elsewhere);
  const [before, began] = [spent(), performance.now()];
  await work();
  const seconds = (performance.now() - began) / 1000;
  const waits = await talk.end();
  clearInterval(sampler);
  const block = Math.max(0, ...rounds.take());
  const [worst, middle] = [Math.max(...waits), median(waits)];
  return { worst, median: middle, seconds, cpu: spent() - before, block, memory };
}

let marks = 0;

/** Plays a scene, and waits until all who are then inside have its last message. */
async function act(
  { component }: Setting,
  { crowd, room }: People,
  occupants: number,
  { stanzas, posts = 0, left = () => occupants }: Scene,
): Promise<void> {
  const mark = `mark-${++marks};`;
  const counter = new Counter(crowd, mark);
  if (posts === 0) crowd.write(stanzas(room, occupants) + says(room, mark));
  else if (room.endsWith(OURS))
    await Promise.all(Array.from({ length: posts }, (_, n) => post(component, room, mark, n)));
  else crowd.write(each(posts, () => says(room, mark)));
  await counter.reached(Math.max(1, posts) * left(occupants));
  counter.stop();
}

/** Posts a message as an occupant by HTTP. */
async function post(component: ComponentProcess, room: string, mark: string, n: number): Promise<void> {
  const message = `<message type='groupchat'><body id='${mark}${n}' msgType='1'>${mark}</body></message>`;
  const [from = ""] = member(0).split("/");
  const response = await component.post("send_thirdmessage", [{ from, to: room, message }]);
  accepted(await response.text());
}

/** Writes a stanza, and waits for an answer that contains a text. */
async function asked(socket: Socket, stanza: string, answer: string): Promise<void> {
  const counter = new Counter(socket, answer);
  socket.write(stanza);
  await counter.reached(1);
  counter.stop();
}

/** Plays the scene of the readers, in a room of ours. */
async function playReaders(setting: Setting): Promise<void> {
  const { stage, server } = setting;
  const people = await gather(setting, `read@${OURS}`);
  const { searches, figures } = await readers(people, stage.extent.quick, (work) =>
    measured(setting, people, work),
  );
  const work = `24 accounts read, ${server.name}`;
  stage.row({ work, ours: figures, limits: { ...LIMITS, worst: 500 } });
  const honest = { ...figures, worst: Math.max(...searches), median: median(searches) };
  stage.row({ work: `… a small search meanwhile, ${server.name}`, ours: honest, limits: { worst: 1_000 } });
  for (const socket of [people.crowd, ...people.talkers]) socket.destroy();
}
