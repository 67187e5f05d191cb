/**
 * Whether calls and entering stay as fast with very many rooms on the disk: the same work in rooms of about ten
 * members, all over the place, with a hundred rooms and with a hundred thousand, one thing at a time.
 */
import { join } from "node:path";
import type { Socket } from "node:net";
import type { ComponentProcess } from "../servers/component-process.js";
import type { Benchmark } from "./benchmark.js";
import { compare, MILLISECONDS, whole } from "./figures.js";
import { load } from "./load.js";
import { manyRooms, PEOPLE } from "./many-rooms.js";
import { MovedIn } from "./moved-in.js";
import { Counter, rawComponent } from "./raw.js";
import { accepted, TEXT } from "./sending.js";
import type { Stage } from "./stage.js";
import { roomName, type DumpSize } from "./startalk-dump.js";
import { median } from "./table.js";

const FEW: DumpSize = { users: 500, rooms: 100, members: 1_000 };
/** The rooms of the dump are the larger the lower their number; from here on they have ten members or somewhat less. */
const FROM = 0.2;
const ENTER = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>";
const CALLS = 300;
/** A ratio of 1 is no change; a fifth more time is the most. */
const FLAT = 0.8;

export const growth: Benchmark = {
  name: "growth",
  about: "the same work with 100 rooms and with 100,000: listing members, speaking, entering",
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
        const rooms = { joins_per_second: 1e6, messages_per_second: 1e6, absent_members: "off" };
        const component = await stage.component({ access, hosts: [PEOPLE], config: { rooms } });
        await component.end("SIGTERM");
        MovedIn.copy(imported, join(component.folder, "qtalk.db"));
        component.launch();
        await component.ready();
        return new Rooms(component, access.domain, dump, socket);
      }),
    );
    if (few === undefined || many === undefined) throw new Error("no rooms");
    const results = await stage.inTurn({ few: () => measure(stage, few), many: () => measure(stage, many) });
    const line = (work: string, key: keyof Times) =>
      compare({
        work: `${work}, ${whole(size.rooms)} rooms`,
        unit: MILLISECONDS,
        ours: results.many.map((times) => times[key]),
        peer: results.few.map((times) => times[key]),
        peerName: `with ${whole(FEW.rooms)} rooms`,
        target: FLAT,
      });
    return [line("muc_users", "list"), line("a group message", "speak"), line("entering a room", "enter")];
  },
};

/** Milliseconds, medians of a round's calls. */
interface Times {
  readonly list: number;
  readonly speak: number;
  readonly enter: number;
}

async function measure({ extent }: Stage, rooms: Rooms): Promise<Times> {
  const calls = extent.quick ? 20 : CALLS;
  return { list: await rooms.list(calls), speak: await rooms.speak(calls), enter: await rooms.enter(calls) };
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

  list(calls: number): Promise<number> {
    return this.#call("muc_users", calls, ({ id }) => ({ muc_id: id, muc_domain: this.domain }));
  }

  speak(calls: number): Promise<number> {
    return this.#call("send_message", calls, ({ id, owner }) => {
      return { From: owner, To: [{ User: id }], Body: TEXT, Type: "groupchat", Domain: this.domain };
    });
  }

  /** Owners enter their rooms, one after another, each leaving before the next enters. */
  async enter(times: number): Promise<number> {
    const durations: number[] = [];
    for (let n = 0; n < times; n += 1) {
      const { id, owner } = this.#room();
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

  async #call(name: string, calls: number, body: (room: RoomOfDump) => object): Promise<number> {
    const { p50 } = await load({
      port: this.component.httpPort,
      path: `/qtalk/${name}`,
      connections: 1,
      requests: calls,
      body: () => JSON.stringify(body(this.#room())),
      check: accepted,
    });
    return p50;
  }

  /** The next, somewhere else. */
  #room(): RoomOfDump {
    const { rooms, users } = this.size;
    const from = Math.floor(rooms * FROM);
    const index = from + ((++this.#next * 104_729) % (rooms - from));
    return { id: roomName(index), owner: `user${index % users}` };
  }
}

interface RoomOfDump {
  readonly id: string;
  readonly owner: string;
}
