/**
 * Benchmark of how long speech in one room waits while another room is crowded, or read (crowd-scenes.ts). The compared
 * program is the server's own group chat. The occupants are addresses of a plain component; the two people who talk
 * elsewhere are clients.
 */
import type { Socket } from "node:net";
import type { ComponentProcess } from "../lab/component-process.js";
import { LongRounds, PROBED } from "../lab/long-rounds.js";
import { memoryBytes } from "../lab/processes.js";
import { asks, counted } from "../lab/raw.js";
import type { Server } from "../lab/server.js";
import { ARCHIVE, LARGER, READ, SCENES, type Scene } from "./crowd-scenes.js";
import { accepted, ACCOUNTS, HOST, RECEIVER, SENDER } from "./message.js";
import { configures, CROWD, each, enters, LARGE_ROOMS, member, NO_LIMITS, says } from "./rooms.js";
import { onBoth, type Stage } from "./stage.js";
import { alone, compare, limit, MEGABYTES, MILLISECONDS, SECONDS, whole, type Line } from "./table.js";
import { Talk } from "./talk.js";

const OURS = `conference.${HOST}`;
const MUC = `muc.${HOST}`;
/** The number of occupants, and how long others may wait at most, in milliseconds. */
const SIZES = { usual: [300, 500], quick: [20, 500], larger: [900, 1_000] } as const;
/** The limits of blocks of the event loop and of memory, in milliseconds and megabytes. */
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
    return scenes.flatMap((scene, n) =>
      linesOf(
        `${scene === READ ? "" : `${whole(occupants)} `}${scene.name}, ${server.name}`,
        most,
        ours[n],
        theirs[n],
      ),
    );
  };
  const lines = await play("crowd", quick ? SIZES.quick : SIZES.usual, SCENES);
  if (!quick) lines.push(...(await play("larger", SIZES.larger, LARGER)));
  const pieces = Array.from({ length: quick ? 1 : 20 }, () => ARCHIVE);
  lines.push(...(await play("read", [1, 500], [...pieces, READ])).slice(-2));
  const blocks = Math.max(0, ...rounds.take());
  const memory = memoryBytes(component.pid, "VmHWM") / 1e6;
  return [
    ...lines,
    alone(`longest block of the event loop, ${server.name}`, MILLISECONDS, [blocks], BLOCK_MS),
    alone(`most memory, ${server.name}`, MEGABYTES, [memory], MEMORY_MB),
  ];
});

interface Figures {
  /** How long a message elsewhere took at worst, in milliseconds. */
  readonly worst: number;
  /** The seconds until the crowded room had handled everything. */
  readonly seconds: number;
}

function linesOf(work: string, most: number, ours?: Figures, theirs?: Figures): Line[] {
  if (ours === undefined) return [];
  const line = (label: string, unit: typeof SECONDS, name: keyof Figures): Line =>
    compare({
      work: label,
      unit,
      ours: [ours[name]],
      peer: theirs === undefined ? [] : [theirs[name]],
      peerName: "group chat",
    });
  return [
    {
      ...line(`${work}: longest wait elsewhere`, MILLISECONDS, "worst"),
      ...limit(MILLISECONDS, ours.worst, most),
    },
    line("… until all is done", SECONDS, "seconds"),
  ];
}

interface Room {
  readonly stage: Stage;
  readonly server: Server;
  readonly component: ComponentProcess;
  readonly occupants: number;
  /** The crowded room's address. */
  readonly name: string;
}

/** Plays the scenes in a new room. */
async function played(room: Room, scenes: readonly Scene[]): Promise<Figures[]> {
  const all: Figures[] = [];
  let people = await gather(room);
  for (const scene of scenes) {
    if (scene.isAfterRestart === true) {
      people.leave();
      await room.server.restart();
      await room.component.ready();
      people = await gather(room);
    }
    const talk = new Talk(...people.talkers, people.elsewhere);
    const began = performance.now();
    await act(room, people.crowd, scene);
    const seconds = (performance.now() - began) / 1000;
    all.push({ worst: Math.max(...(await talk.end())), seconds });
  }
  people.leave();
  return all;
}

interface People {
  readonly crowd: Socket;
  /** The clients of the two people who talk elsewhere. */
  readonly talkers: readonly [Socket, Socket];
  /** The room where they talk. */
  readonly elsewhere: string;
  leave(): void;
}

/** Connects everybody, opens the crowded room with its owner, and the other room with two people. */
async function gather({ stage, server, name }: Room): Promise<People> {
  const crowd = await stage.bareComponent(server, CROWD);
  const talkers = [await stage.client(server, SENDER), await stage.client(server, RECEIVER)] as const;
  const elsewhere = `elsewhere-${name}`;
  for (const [n, socket] of talkers.entries()) {
    await asks(socket, enters(elsewhere, n, ""), "<subject");
    if (n === 0) await asks(socket, configures(elsewhere, "membersonly", ["0"], ""), "id='asked'");
  }
  await asks(crowd, enters(name, 0), "<subject");
  await asks(crowd, configures(name, "membersonly", ["0"]), "id='asked'");
  const leave = (): void => {
    for (const socket of [crowd, ...talkers]) socket.destroy();
  };
  return { crowd, talkers, elsewhere, leave };
}

let marks = 0;

/** Plays a scene, and waits until its last message has arrived wherever it goes. */
async function act({ component, occupants, name }: Room, crowd: Socket, scene: Scene): Promise<void> {
  const { posts = 0 } = scene;
  const mark = `mark-${++marks};`;
  const count = Math.max(1, posts) * (scene.marks?.(occupants) ?? occupants);
  if (posts === 0) await counted(crowd, scene.stanzas(name, occupants, mark) + says(name, mark), mark, count);
  else if (!name.endsWith(OURS))
    await counted(
      crowd,
      each(posts, () => says(name, mark)),
      mark,
      count,
    );
  else {
    const posting = Array.from({ length: posts }, (_, n) => post(component, name, mark, n));
    await Promise.all([counted(crowd, "", mark, count), ...posting]);
  }
}

/** Posts a message as an occupant by HTTP. */
async function post(component: ComponentProcess, room: string, mark: string, n: number): Promise<void> {
  const message = `<message type='groupchat'><body id='${mark}${n}' msgType='1'>${mark}</body></message>`;
  const [from = ""] = member(0).split("/");
  const response = await component.post("send_thirdmessage", [{ from, to: room, message }]);
  accepted(await response.text());
}
