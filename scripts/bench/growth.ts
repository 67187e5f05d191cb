/**
 * Whether calls and entering stay as fast with very many rooms on the disk: the same work in rooms of about ten
 * members, all over the place, with a hundred rooms and with a hundred thousand, one thing at a time. A room that is
 * touched for the first time is read from the disk, later it is in memory; so like is compared with like: each turn
 * begins with a fresh start of the daemon and as many rooms in both, touched once, and then again.
 */
import { join } from "node:path";
import type { Socket } from "node:net";
import type { ComponentProcess } from "../lab/component-process.js";
import type { Benchmark } from "./benchmark.js";
import { compare, MILLISECONDS, whole } from "./figures.js";
import { load } from "./load.js";
import { manyRooms, PEOPLE } from "./many-rooms.js";
import { MovedIn } from "./moved-in.js";
import { Counter, rawComponent } from "./raw.js";
import { accepted, TEXT } from "./sending.js";
import type { Stage } from "./stage.js";
import { restart } from "./start.js";
import { roomName, type DumpSize } from "./startalk-dump.js";
import { median } from "./table.js";

const FEW: DumpSize = { users: 500, rooms: 100, members: 1_000 };
/** The rooms of the dump are the larger the lower their number; from here on they have ten members or somewhat less. */
const FROM = 0.2;
const ENTER = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>";
/** Rooms a turn and work: all that the small database has of this size. */
const TOUCHED = 80;
/** How often each of them is touched again. */
const AGAIN = 3;
/** Calls in one room of its own, so that a fresh start's slow code is not what is measured. */
const WARMING = 150;
const WARM: RoomOfDump = { id: "warm", owner: "user0" };
/** A ratio of 1 is no change; a fifth more time is the most. */
const FLAT = 0.8;

export const growth: Benchmark = {
  name: "growth",
  about: "the same with 100 rooms and with 100,000: listing members, speaking, entering, at first and again",
  async run(stage) {
    const size = manyRooms(stage.extent);
    const server = await stage.server("ejabberd", {
      modules: { archive: false, offline: false },
      components: [{ domain: "few.test" }, { domain: "many.test" }, { domain: PEOPLE }],
    });
    const people = server.component(PEOPLE);
    const socket = await rawComponent(people.port, people.domain, people.password);
    stage.atEnd(() => socket.destroy());
    const [few, many] = await Promise.all(
      [FEW, size].map(async (dump) => {
        stage.tell(0, `importing ${whole(dump.rooms)} rooms`);
        const imported = await stage.movedIn.database(dump, PEOPLE);
        const access = server.component(dump === FEW ? "few.test" : "many.test");
        const rooms = { presences_per_second: 1e6, messages_per_second: 1e6, absent_members: "off" };
        // The server's own host tells since when it runs: else all that was sent last would be sent again at each start.
        const hosts = [PEOPLE, ...server.settings.hosts];
        const component = await stage.component({ access, hosts, config: { rooms } });
        await component.end("SIGTERM");
        MovedIn.copy(imported, join(component.folder, "qtalk.db"));
        component.launch();
        await component.ready();
        return new Rooms(component, access.domain, dump, socket);
      }),
    );
    if (few === undefined || many === undefined) throw new Error("no rooms");
    const results = await stage.inTurn({ few: () => measure(stage, few), many: () => measure(stage, many) });
    const line = (work: Work, when: keyof Times) =>
      compare({
        work: `${WORKS[work]}, ${when}, ${whole(size.rooms)} rooms`,
        unit: MILLISECONDS,
        ours: results.many.map((times) => times[work][when]),
        peer: results.few.map((times) => times[work][when]),
        peerName: `with ${whole(FEW.rooms)} rooms`,
        target: FLAT,
      });
    return works.flatMap((work) => [line(work, "the first time"), line(work, "again")]);
  },
};

const WORKS = { list: "muc_users", speak: "a group message", enter: "entering a room" } as const;
type Work = keyof typeof WORKS;
const works = Object.keys(WORKS) as Work[];

/** Milliseconds, medians of a turn's rooms. */
interface Times {
  readonly "the first time": number;
  readonly again: number;
}

async function measure({ extent }: Stage, rooms: Rooms): Promise<Record<Work, Times>> {
  const times: Partial<Record<Work, Times>> = {};
  for (const work of works) {
    await restart(rooms.component);
    const warm = Array<RoomOfDump>(extent.quick ? 1 : WARMING).fill(WARM);
    await rooms.make(WARM);
    await rooms[work](warm);
    const some = rooms.next(extent.quick ? 20 : TOUCHED);
    const first = await rooms[work](some);
    const again = await rooms[work](Array.from({ length: AGAIN }, () => some).flat());
    times[work] = { "the first time": first, again };
  }
  return times as Record<Work, Times>;
}

class Rooms {
  readonly #messages: Counter;
  readonly #leaves: Counter;
  #next = 0;

  constructor(
    readonly component: ComponentProcess,
    readonly domain: string,
    readonly size: DumpSize,
    readonly socket: Socket,
  ) {
    this.#messages = new Counter(socket, "</message>");
    this.#leaves = new Counter(socket, "unavailable");
  }

  /** Milliseconds, the median. */
  list(rooms: readonly RoomOfDump[]): Promise<number> {
    return this.#call("muc_users", rooms, ({ id }) => ({ muc_id: id, muc_domain: this.domain }));
  }

  /** Milliseconds, the median. */
  speak(rooms: readonly RoomOfDump[]): Promise<number> {
    return this.#call("send_message", rooms, ({ id, owner }) => {
      return { From: owner, To: [{ User: id }], Body: TEXT, Type: "groupchat", Domain: this.domain };
    });
  }

  /** Owners enter their rooms, one after another, each leaving before the next enters. Milliseconds, the median. */
  async enter(rooms: readonly RoomOfDump[]): Promise<number> {
    const durations: number[] = [];
    for (const { id, owner } of rooms) {
      const who = `from='${owner}@${PEOPLE}/desk' to='${id}@${this.domain}/me'`;
      const started = performance.now();
      this.socket.write(`<presence ${who}>${ENTER}</presence>`);
      // An entry ends with the subject, which is a message.
      await this.#messages.reached(this.#messages.count + 1);
      durations.push(performance.now() - started);
      this.socket.write(`<presence ${who} type='unavailable'/>`);
      await this.#leaves.reached(this.#leaves.count + 1);
    }
    return median(durations);
  }

  /** Makes a room, where there isn't one yet. */
  async make(room: RoomOfDump): Promise<void> {
    const answer = await this.component.post("create_muc", {
      ...{ muc_id: room.id, muc_name: room.id, muc_owner: room.owner },
      ...{ muc_owner_host: PEOPLE, muc_domain: this.domain, desc: "" },
    });
    accepted(await answer.text());
  }

  /** The next rooms, each somewhere else. */
  next(count: number): RoomOfDump[] {
    const { rooms, users } = this.size;
    const from = Math.floor(rooms * FROM);
    return Array.from({ length: count }, () => {
      const index = from + ((++this.#next * 104_729) % (rooms - from));
      return { id: roomName(index), owner: `user${index % users}` };
    });
  }

  async #call(
    name: string,
    rooms: readonly RoomOfDump[],
    body: (room: RoomOfDump) => object,
  ): Promise<number> {
    const { p50 } = await load({
      port: this.component.httpPort,
      path: `/qtalk/${name}`,
      connections: 1,
      requests: rooms.length,
      body: (n) => JSON.stringify(body(rooms[n] ?? WARM)),
      check: accepted,
    });
    return p50;
  }
}

interface RoomOfDump {
  readonly id: string;
  readonly owner: string;
}
