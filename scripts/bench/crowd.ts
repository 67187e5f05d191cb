/**
 * Benchmark of how long speech in one room waits while another room is crowded, or read (crowd-scenes.ts). The compared
 * program is the server's own group chat. The occupants are addresses of a plain component; the two people who talk
 * elsewhere are clients.
 */
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentProcess } from "../lab/component-process.js";
import { NothingCame } from "../lab/inbox.js";
import { LongRounds, memoryBytes, PROBED } from "../lab/processes.js";
import { asks, counted } from "../lab/raw.js";
import type { Server } from "../lab/private-server.js";
import { ARCHIVE, LARGER, READ, SCENES, type Scene } from "./crowd-scenes.js";
import { accepted, ACCOUNTS, HOST, RECEIVER, SENDER } from "./message.js";
import { configures, CROWD, each, enters, LARGE_ROOMS, member, NO_LIMITS, says } from "./rooms.js";
import { onBoth, type Stage } from "./stage.js";
import { alone, compare, limit, whole, UNITS, type Line, type Unit } from "./table.js";
import { Talk } from "./talk.js";

const OURS = `conference.${HOST}`;
const MUC = `muc.${HOST}`;
/** The number of occupants, and how long others may wait at most, in milliseconds. */
const SIZES = { usual: [300, 500], quick: [20, 500], larger: [900, 1_000] } as const;
const LONGEST_MS = 300_000;
/** The table's name for the server's own group chat, and its figures if a scene takes too long. */
const PEER = "group chat";
const TOO_LONG = `${PEER}: not within ${LONGEST_MS / 1_000} s`;
const BLOCK_MS = 50;
const MEMORY_MB = 400;

export const crowd = onBoth(async (stage, kind) => {
  const { quick } = stage.extent;
  const server = await stage.server(kind, {
    components: [OURS, CROWD].map((domain) => ({ domain })),
    modules: { muc: MUC },
    extra: LARGE_ROOMS[kind],
  });
  await server.addAccounts(...ACCOUNTS);
  const component = await stage.component({
    access: server.component(OURS),
    hosts: [HOST, CROWD],
    node: PROBED,
    config: { rooms: { create: "anyone", multicast: "off", ...NO_LIMITS } },
  });
  const rounds = new LongRounds(component);
  rounds.take();
  const play = async (
    name: string,
    [occupants, most]: readonly [number, number],
    scenes: readonly Scene[],
  ) => {
    const room = { stage, server, component, occupants, name: `${name}@${OURS}` };
    const isCompared = scenes === SCENES;
    const theirs = isCompared ? await played({ ...room, name: `${name}@${MUC}` }, scenes) : [];
    const ours = await played(room, scenes);
    return ours.flatMap((figures, n) => {
      const line = (work: string, unit: Unit, figure: keyof Figures): Line => {
        const peer = theirs[n] === undefined ? [] : [theirs[n][figure]];
        const compared = compare({ work, unit, ours: [figures[figure]], peer, peerName: PEER });
        return isCompared && n === theirs.length ? { ...compared, peer: TOO_LONG } : compared;
      };
      const { name: work } = scenes[n] ?? READ;
      const label = `${work === READ.name ? "" : `${whole(occupants)} `}${work}, ${server.name}`;
      const wait = line(`${label}: longest wait elsewhere`, UNITS.milliseconds, "worst");
      return [
        { ...wait, ...limit(UNITS.milliseconds, figures.worst, most) },
        line("… until all is done", UNITS.seconds, "seconds"),
      ];
    });
  };
  const lines = await play("crowd", quick ? SIZES.quick : SIZES.usual, SCENES);
  if (!quick) lines.push(...(await play("larger", SIZES.larger, LARGER)));
  const pieces = Array.from({ length: quick ? 1 : 20 }, () => ARCHIVE);
  lines.push(...(await play("read", [1, 500], [...pieces, READ])).slice(-2));
  const blocks = Math.max(0, ...rounds.take());
  const memory = memoryBytes(component.pid, "VmHWM") / 1e6;
  return [
    ...lines,
    alone(`longest block of the event loop, ${server.name}`, UNITS.milliseconds, [blocks], BLOCK_MS),
    alone(`most memory, ${server.name}`, UNITS.megabytes, [memory], MEMORY_MB),
  ];
});

interface Figures {
  /** How long a message elsewhere took at worst, in milliseconds. */
  readonly worst: number;
  /** The seconds until the crowded room had handled everything. */
  readonly seconds: number;
}

interface Room {
  readonly stage: Stage;
  readonly server: Server;
  readonly component: ComponentProcess;
  readonly occupants: number;
  readonly name: string;
}

/**
 * Plays the scenes in a new room. If one of them takes the server's own group chat longer than LONGEST_MS, the server
 * restarts, and the rest isn't played.
 * @returns the figures of the scenes that were played
 * @throws NothingCame if one takes the component longer
 */
async function played(room: Room, scenes: readonly Scene[]): Promise<Figures[]> {
  const all: Figures[] = [];
  let people: People | undefined;
  const leave = (): void => {
    for (const socket of people ?? []) socket.destroy();
    people = undefined;
  };
  const restart = async (): Promise<void> => {
    leave();
    await room.server.restart();
    await room.component.ready();
  };
  const play = async (scene: Scene): Promise<Figures> => {
    if (scene.isAfterRestart === true) await restart();
    const [crowd, ...talkers] = (people ??= await gather(room));
    const talk = new Talk(...talkers, elsewhere(room));
    const began = performance.now();
    await act(room, crowd, scene);
    const seconds = (performance.now() - began) / 1000;
    return { worst: Math.max(...(await talk.end())), seconds };
  };
  try {
    for (const scene of scenes) all.push(await inTime(play(scene)));
  } catch (error) {
    if (!(error instanceof NothingCame) || room.name.endsWith(OURS)) throw error;
    await restart();
  } finally {
    leave();
  }
  return all;
}

function inTime<T>(work: Promise<T>): Promise<T> {
  const late = sleep(LONGEST_MS, undefined, { ref: false }).then(() => {
    throw new NothingCame(`a scene took longer than ${LONGEST_MS / 1_000} s`);
  });
  return Promise.race([work, late]);
}

type People = readonly [crowd: Socket, speaker: Socket, listener: Socket];

const elsewhere = ({ name }: Room): string => `elsewhere-${name}`;

/** Connects everybody, opens the crowded room with its owner, and the other room with two people. */
async function gather(room: Room): Promise<People> {
  const { stage, server, name } = room;
  const crowd = await stage.bareComponent(server, CROWD);
  const talkers = [await stage.client(server, SENDER), await stage.client(server, RECEIVER)] as const;
  for (const [n, socket] of talkers.entries()) {
    await asks(socket, enters(elsewhere(room), n, ""), "<subject");
    if (n === 0) await asks(socket, configures(elsewhere(room), "membersonly", ["0"], ""), "id='asked'");
  }
  await asks(crowd, enters(name, 0), "<subject");
  await asks(crowd, configures(name, "membersonly", ["0"]), "id='asked'");
  return [crowd, ...talkers];
}

let marks = 0;

/** Plays a scene, and waits until its last message has arrived wherever it goes. */
async function act({ component, occupants, name }: Room, crowd: Socket, scene: Scene): Promise<void> {
  const { posts = 0 } = scene;
  const mark = `mark-${++marks};`;
  const count = Math.max(1, posts) * (scene.marks?.(occupants) ?? occupants);
  const calls = name.endsWith(OURS) ? posts : 0;
  const said = each(posts - calls, () => says(name, mark));
  const text = posts === 0 ? scene.stanzas(name, occupants, mark) + says(name, mark) : said;
  const posting = Array.from({ length: calls }, (_, n) => post(component, name, mark, n));
  await Promise.all([counted(crowd, text, mark, count), ...posting]);
}

async function post(component: ComponentProcess, room: string, mark: string, n: number): Promise<void> {
  const message = `<message type='groupchat'><body id='${mark}${n}' msgType='1'>${mark}</body></message>`;
  const [from = ""] = member(0).split("/");
  const response = await component.post("send_thirdmessage", [{ from, to: room, message }]);
  accepted(await response.text());
}
